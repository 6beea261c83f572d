"""The record of facts: clips, collections, the custody chain, the outbox. One writer."""
