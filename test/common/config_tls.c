/**
 * @file test/common/config_tls.c  Good and bad certificate files, told by line
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "test/test.h"
#include "test/mock/certificate.h"
#include "test/mock/tempdir.h"
#include "common/config.h"
#include "common/keypair.h"


static char dir[TEMPDIR_SIZE];
static char text[2048], said[4096];
static struct config *conf;


static void file(char *buf, size_t size, const char *name)
{
	(void)snprintf(buf, size, "%s/%s", dir, name);
}


static void write_pair(const char *name, const struct certificate_request *rq)
{
	struct certificate c;
	char path[128];

	certificate_make(&c, rq);
	file(path, sizeof(path), name);
	certificate_write_all(&c, NULL, path);
	(void)strcat(path, ".cert");
	certificate_write_cert(&c, path);
	(void)strcpy(strrchr(path, '.'), ".key");
	certificate_write_key(&c, path);
	(void)strcpy(strrchr(path, '.'), ".locked");
	certificate_write_locked(&c, path);
	certificate_free(&c);
}


static void setup(void)
{
	const struct certificate_request good = {.san = "DNS:a.example"},
					 other = {.san = "DNS:b.example"},
					 expired = {.san = "DNS:c.example",
						    .days = -1},
					 later = {.san = "DNS:d.example",
						  .later = true},
					 soon = {.san = "DNS:e.example",
						 .days = 3},
					 nameless = {.san = NULL};

	tempdir_make(dir);
	write_pair("good", &good);
	write_pair("other", &other);
	write_pair("expired", &expired);
	write_pair("later", &later);
	write_pair("soon", &soon);
	write_pair("nameless", &nameless);
}


static void teardown(void)
{
	oom_after(-1);
	conf = mem_deref(conf);
	tempdir_remove(dir);
}


/* DIR in the text stands for the test's folder */
static int decode(const char *tls)
{
	struct mbuf *errs = mbuf_alloc(512);
	size_t n = 0;
	int err;

	n = (size_t)snprintf(text, sizeof(text),
			     "listen = { \"udp:192.0.2.1\", "
			     "\"tcp:192.0.2.1\", \"tls:192.0.2.1\" }\n");
	for (const char *p = tls; *p && n < sizeof(text) - 128;) {
		if (!strncmp(p, "DIR", 3)) {
			n += (size_t)snprintf(text + n, sizeof(text) - n, "%s",
					      dir);
			p += 3;
		}
		else {
			text[n++] = *p++;
		}
	}
	text[n++] = '\n';
	text[n] = '\0';

	conf = mem_deref(conf);
	err = config_decode(&conf, "v.conf", text, errs);
	(void)snprintf(said, sizeof(said), "%.*s", (int)errs->end,
		       (const char *)errs->buf);
	mem_deref(errs);

	return err;
}


static const struct {
	const char *tls;
	int err;
	const char *said; /* part of it; "": nothing at all */
} casev[] = {
	{"tls { certificates = { \"DIR/good\" } }", 0, ""},
	{"tls { certificates = { \"DIR/good.cert\", \"DIR/other\" }\n"
	 "keys = { \"DIR/good.key\" } }",
	 0, ""},
	{"tls { certificates = { \"DIR/good\" }\nca = \"DIR/good.cert\"\n"
	 "client_ca = \"DIR/other.cert\" verify = no }",
	 0, ""},
	{"tls { certificates = { \"DIR/good.cert\" } }", EINVAL,
	 "good.cert\": no private key in PEM form in it, expected"},
	{"tls { certificates = { \"DIR/good.key\" } }", EINVAL,
	 "good.key\": no certificate in PEM form in it, expected"},
	{"tls {\ncertificates = { \"DIR/good.cert\" }\n"
	 "keys = { \"DIR/other.key\" } }",
	 EINVAL, ": the key is not that of the certificate"},
	{"\n\ntls {\ncertificates = { \"DIR/good.cert\" }\n"
	 "keys = { \"DIR/good.locked\" } }",
	 EINVAL, "good.locked\": its private key needs a password"},
	{"\n\ntls {\ncertificates = { \"DIR/none\" } }", EINVAL, "v.conf:5: "},
	{"tls {\ncertificates = { \"DIR/good\" }\nca = \"DIR/good.key\" }",
	 EINVAL, "v.conf:4: ca = "},
	{"tls {\ncertificates = { \"DIR/good\" }\n"
	 "client_ca = \"DIR/none\" }",
	 EINVAL, "v.conf:4: client_ca = "},
	{"tls {\ncertificates = { \"DIR/expired\" } }", 0, "has expired\n"},
	{"tls {\ncertificates = { \"DIR/expired\" } }", 0,
	 "v.conf:3: warning: certificate \""},
	{"tls { certificates = { \"DIR/later\" } }", 0, "not valid yet\n"},
	{"tls { certificates = { \"DIR/soon\" } }", 0,
	 "expires in less than 14 days\n"},
	{"tls { certificates = { \"DIR/nameless\" } }", 0, "names nobody\n"},
};

START_TEST(certificate_files_are_checked)
{
	ck_assert_int_eq(decode(casev[_i].tls), casev[_i].err);
	if (*casev[_i].said)
		ck_assert_msg(strstr(said, casev[_i].said) != NULL, "%s%s",
			      text, said);
	else
		ck_assert_str_eq(said, "");
}
END_TEST


START_TEST(the_paths_are_kept_in_order)
{
	ck_assert_int_eq(
		decode("tls { certificates = { \"DIR/good.cert\", "
		       "\"DIR/other\" }\nkeys = { \"DIR/good.key\" } }"),
		0);
	ck_assert_uint_eq(conf->tls.certificatec, 2);
	ck_assert_uint_eq(conf->tls.keyc, 1);
	ck_assert_ptr_nonnull(strstr(conf->tls.certificatev[1], "/other"));
	ck_assert_ptr_nonnull(strstr(conf->tls.keyv[0], "/good.key"));
	ck_assert(conf->tls.verify);
	ck_assert_str_eq(conf->tls.ca, "");
	ck_assert_str_eq(conf->tls.client_ca, "");
	ck_assert_int_eq(conf->listenv[2].proto, CONFIG_TLS);
	ck_assert_uint_eq(sa_port(&conf->listenv[2].sa), 5061);
}
END_TEST


START_TEST(a_pair_needs_its_arguments_and_memory)
{
	struct keypair *kp = NULL;
	char path[128], why[64];
	int n, err = ENOMEM;

	file(path, sizeof(path), "good");
	ck_assert_int_eq(keypair_load(NULL, path, NULL, why, sizeof(why)),
			 EINVAL);
	ck_assert_int_eq(keypair_load(&kp, NULL, NULL, why, sizeof(why)),
			 EINVAL);
	ck_assert_ptr_null(keypair_warning(NULL));
	for (n = 0; n < 5 && err; n++) {
		oom_after(n);
		err = keypair_load(&kp, path, NULL, why, sizeof(why));
		oom_after(-1);
		ck_assert(err ? !kp : kp != NULL);
	}
	ck_assert_int_eq(err, 0);
	ck_assert_str_eq(kp->names, "a.example");
	mem_deref(kp);
}
END_TEST


Suite *suite_config_tls(void);

Suite *suite_config_tls(void)
{
	Suite *s = suite_create("config_tls");
	TCase *tc = tcase_create("config_tls");

	tcase_add_checked_fixture(tc, setup, teardown);
	test_table(tc, certificate_files_are_checked, casev);
	tcase_add_test(tc, the_paths_are_kept_in_order);
	tcase_add_test(tc, a_pair_needs_its_arguments_and_memory);
	suite_add_tcase(s, tc);

	return s;
}
