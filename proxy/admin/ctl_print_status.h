/**
 * @file ctl_print_status.h  How the server is, for people
 */
#ifndef PROXY_ADMIN_CTL_PRINT_STATUS_H
#define PROXY_ADMIN_CTL_PRINT_STATUS_H

#include "proxy/admin/ctl_print.h"

ctl_print_h ctl_print_status;

#endif
