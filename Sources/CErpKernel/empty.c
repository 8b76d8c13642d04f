/* The kernel is implemented in Swift; SwiftPM wants one C file for the target. */
#include "erp_kernel.h"
