/**
 * @file web_token.h  The token by which the API is used
 */
#ifndef PROXY_ADMIN_HTTP_WEB_TOKEN_H
#define PROXY_ADMIN_HTTP_WEB_TOKEN_H

enum { WEB_TOKEN_MIN = 16, WEB_TOKEN_SIZE = 256 };

/* the first line of a file. EBADMSG: it is none, or too short */
int web_token_read(char token[WEB_TOKEN_SIZE], const char *path);

/* that of <dir>/http.token, made where there is none */
int web_token_make(char token[WEB_TOKEN_SIZE], const char *dir);

#endif
