#pragma once
#include <signal.h>
/* signalfd is not part of Swift's Glibc module. */
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>
