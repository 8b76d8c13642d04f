/* The C ABI of the Headless ERP kernel. */
#ifndef ERP_KERNEL_H
#define ERP_KERNEL_H

#include <stdint.h>

#define ERPK_ABI_VERSION 1

/* Returns ERPK_ABI_VERSION of the library that was linked. */
int32_t erpk_abi_version(void);

#endif
