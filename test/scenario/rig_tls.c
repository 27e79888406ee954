/**
 * @file scenario/rig_tls.c  The rig's certificate, and phones that speak TLS
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include "test/mock/certificate.h"
#include "test/scenario/rig_tls.h"
#include "test/test.h"


static void path_of(char *buf, size_t size, const struct rig *rig,
		    const char *name)
{
	(void)snprintf(buf, size, "%s/%s", rig->dir, name);
}


void rig_tls_make(const struct rig *rig)
{
	const struct certificate_request rq = {.cn = "rig"};
	struct certificate ca;
	char path[128];

	certificate_make(&ca, &rq);
	path_of(path, sizeof(path), rig, "ca.pem");
	certificate_write_cert(&ca, path);
	path_of(path, sizeof(path), rig, "ca.key");
	certificate_write_key(&ca, path);
	certificate_free(&ca);

	path_of(path, sizeof(path), rig, "tls.pem");
	rig_tls_issue(rig, "DNS:sip.example.net,IP:127.0.0.1", path);
}


void rig_tls_issue(const struct rig *rig, const char *san, const char *path)
{
	struct certificate_request rq = {.san = san};
	struct certificate ca, c;
	char name[128];
	FILE *f;

	path_of(name, sizeof(name), rig, "ca.pem");
	f = fopen(name, "r");
	ca.cert = PEM_read_X509(f, NULL, NULL, NULL);
	(void)fclose(f);
	path_of(name, sizeof(name), rig, "ca.key");
	f = fopen(name, "r");
	ca.key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
	(void)fclose(f);
	ck_assert(ca.cert && ca.key);

	rq.ca = &ca;
	certificate_make(&c, &rq);
	certificate_write_all(&c, NULL, path);
	certificate_free(&c);
	certificate_free(&ca);
}


static SSL *make_ssl(const struct rig *rig)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
	char path[128];
	SSL *ssl;

	path_of(path, sizeof(path), rig, "ca.pem");
	ck_assert_int_eq(SSL_CTX_load_verify_file(ctx, path), 1);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	path_of(path, sizeof(path), rig, "phone.pem");
	if (SSL_CTX_use_certificate_file(ctx, path, SSL_FILETYPE_PEM) == 1)
		ck_assert_int_eq(SSL_CTX_use_PrivateKey_file(ctx, path,
							     SSL_FILETYPE_PEM),
				 1);
	ERR_clear_error();
	ssl = SSL_new(ctx);
	SSL_CTX_free(ctx);
	ck_assert_ptr_nonnull(ssl);

	return ssl;
}


static void stop_handler(void *arg)
{
	(void)arg;
	re_cancel();
}


void rig_tls_shake(struct phone *ph)
{
	SSL *ssl = make_ssl(ph->rig);
	struct tmr tmr;
	int n;

	tmr_init(&tmr);
	ck_assert_int_eq(fcntl(ph->fd, F_SETFL, O_NONBLOCK), 0);
	ck_assert_int_eq(SSL_set_fd(ssl, ph->fd), 1);
	ck_assert_int_eq(SSL_set1_host(ssl, "sip.example.net"), 1);
	ck_assert(SSL_set_tlsext_host_name(ssl, "sip.example.net"));
	for (int i = 0; i < RIG_WAIT_MS && (n = SSL_connect(ssl)) != 1; i++) {
		ck_assert_int_eq(SSL_get_error(ssl, n), SSL_ERROR_WANT_READ);
		tmr_start(&tmr, 1, stop_handler, NULL);
		(void)re_main(NULL);
	}
	tmr_cancel(&tmr);
	ck_assert(SSL_is_init_finished(ssl));
	ph->ssl = ssl;
}


ssize_t rig_tls_read(struct phone *ph, char *buf, size_t size)
{
	ERR_clear_error();

	return SSL_read(ph->ssl, buf, (int)size);
}


ssize_t rig_tls_write(struct phone *ph, const void *p, size_t len)
{
	ERR_clear_error();

	return SSL_write(ph->ssl, p, (int)len);
}


void rig_tls_end(struct phone *ph)
{
	SSL_free(ph->ssl);
	ph->ssl = NULL;
}
