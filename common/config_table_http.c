/**
 * @file config_table_http.c  Keys: the administration over HTTP
 */
#include "common/config_row.h"


static const struct config_key keyv[] = {
	{"http", "listen", config_value_http, "\"ADDRESS:PORT\", or \"off\"",
	 ONE,
	 DOC(RESTART, "", "127.0.0.1:8060",
	     "Where API, metrics and dashboard are served, or off. Elsewhere "
	     "than on loopback it takes a certificate, and a token.")},
	{"http", "token", config_value_token,
	 "16 to 127 characters without blanks", ONE,
	 DOC(LIVE, "", "",
	     "Whoever knows it may change things. Not given: one is made in "
	     "http.token in data, \"viaduct ctl token\" shows it.")},
	{"http", "token_file", config_value_path, "a file",
	 SIZE(http.token_file),
	 DOC(LIVE, "", "", "A file with the token, instead of token.")},
	{"http", "certificate", config_value_path,
	 "a file with certificate and chain in PEM form",
	 SIZE(http.certificate),
	 DOC(RESTART, "", "", "Where it is given, http is https.")},
	{"http", "key", config_value_path,
	 "a file with a private key in PEM form", SIZE(http.key),
	 DOC(RESTART, "", "",
	     "The certificate's key, where it is not in the same file.")},
};

const struct config_rows config_rows_http = {keyv, ARRAY_SIZE(keyv)};
