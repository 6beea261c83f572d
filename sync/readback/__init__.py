"""The centre's signed word that it read what stations delivered."""
