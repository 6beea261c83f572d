/* A recorder maker's GA/T 947 library, for tests: the nine functions over a recorder in memory.
 *
 * -DWITH_ENDS       ZFY_INFO with a NUL after each field (94 bytes) instead of packed (89)
 * -DCRASHES         SetMSDC writes where nothing is
 * -DHANGS           GetZFYInfo does not return
 * -DLIES            numbers out of range, unset reasons, a success that was none
 * -DINCOMPLETE      one function is not there
 * -DNO_RECORDER     nothing is plugged in
 * -DWRITES_TOO_MUCH GetIDCode writes more than it was given room for by the standard
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef WITH_ENDS
#define END 1
#else
#define END 0
#endif
enum { CONNECTED = 1, CONNECT_FAILED, PASSWORD_RIGHT, PASSWORD_WRONG, TIME_SET, TIME_FAILED, MSDC };

static const int sizes[5] = {7, 6, 32, 12, 32};
static char fields[5][33] = {"A1B2C3D", "012345", "\xd5\xc5\xc8\xfd", "110101", "\xb3\xc7\xb6\xab"};

static int say(short *reason, int value, int result)
{
#ifdef LIES
    (void)value;
    *reason = 101;
    return result ? 1 : 0;
#else
    *reason = (short)value;
    return result;
#endif
}

static int may(const char *password, short *reason)
{
    if (strcmp(password, "246810") == 0)
        return 1;
    *reason = PASSWORD_WRONG;
    return 0;
}

int Init_Device(char *id_code, short *reason)
{
#ifdef NO_RECORDER
    (void)id_code;
    *reason = CONNECT_FAILED;
    return 0;
#else
    memcpy(id_code, "ABCDE", 5);
    return say(reason, CONNECTED, 1);
#endif
}

int UnInit_Device(char *id_code, short *reason)
{
    (void)id_code;
    return say(reason, CONNECTED, 1);
}

int GetIDCode(char *id_code, short *reason)
{
#ifdef WRITES_TOO_MUCH
    memset(id_code, 'X', 3000);
#endif
    memcpy(id_code, "ABCDE", 5);
    return say(reason, CONNECTED, 1);
}

int GetZFYInfo(char *block, const char *password, short *reason)
{
#ifdef HANGS
    for (;;)
        sleep(1);
#endif
    if (!may(password, reason))
        return 0;
    for (int i = 0; i < 5; i++) {
        strncpy(block, fields[i], sizes[i]);
        block += sizes[i] + END;
    }
    return say(reason, PASSWORD_RIGHT, 1);
}

int WriteZFYInfo(const char *block, const char *password, short *reason)
{
    if (!may(password, reason))
        return 0;
    for (int i = 0; i < 5; i++) {
        memset(fields[i], 0, sizeof fields[i]);
        memcpy(fields[i], block, sizes[i]);
        block += sizes[i] + END;
    }
    return say(reason, PASSWORD_RIGHT, 1);
}

int SyncDevTime(const char *password, short *reason)
{
    return may(password, reason) ? say(reason, TIME_SET, 1) : 0;
}

int SetMSDC(const char *password, short *reason)
{
#ifdef CRASHES
    *(volatile char *)16 = 1;
#endif
    return may(password, reason) ? say(reason, MSDC, 1) : 0;
}

int ReadDeviceResolution(int *width, int *height, const char *password, short *reason)
{
    if (!may(password, reason))
        return 0;
#ifdef LIES
    *width = -1;
#else
    *width = 1920;
#endif
    *height = 1080;
    return say(reason, PASSWORD_RIGHT, 1);
}

#ifndef INCOMPLETE
int ReadDeviceBatteryDumpEnergy(int *percent, const char *password, short *reason)
{
    if (!may(password, reason))
        return 0;
#ifdef LIES
    *percent = 1234567;
#else
    *percent = 77;
#endif
    return say(reason, PASSWORD_RIGHT, 1);
}
#endif
