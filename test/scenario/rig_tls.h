/**
 * @file scenario/rig_tls.h  The rig's certificate, and phones that speak TLS
 */
#ifndef TEST_SCENARIO_RIG_TLS_H
#define TEST_SCENARIO_RIG_TLS_H

#include <sys/types.h>
#include "test/scenario/rig.h"

/* ca.pem, ca.key, and tls.pem: of sip.example.net and 127.0.0.1 */
void rig_tls_make(const struct rig *rig);

/* a certificate by the rig's authority, with its key, in one file */
void rig_tls_issue(const struct rig *rig, const char *san, const char *path);

/* on a connected socket; it runs the loop until the handshake is done */
void rig_tls_shake(struct phone *ph);
ssize_t rig_tls_read(struct phone *ph, char *buf, size_t size);
ssize_t rig_tls_write(struct phone *ph, const void *p, size_t len);
void rig_tls_end(struct phone *ph);

#endif
