/**
 * @file web_token.c  The token by which the API is used
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <re.h>
#include <openssl/rand.h>
#include "proxy/admin/http/web_token.h"

enum { SECRET_SIZE = 32, PATH_SIZE = 512 };


/* what may stand in an Authorization header */
static bool is_token(const char *token)
{
	for (const char *p = token; *p; p++) {
		if (*p <= ' ' || *p >= 0x7f)
			return false;
	}

	return strlen(token) >= WEB_TOKEN_MIN;
}


/**
 * Read a token from a file
 *
 * @param token Result
 * @param path  File
 *
 * @return 0 if success, EBADMSG, otherwise errorcode
 */
int web_token_read(char token[WEB_TOKEN_SIZE], const char *path)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n;
	int err;

	if (fd < 0)
		return errno;

	n = read(fd, token, WEB_TOKEN_SIZE - 1);
	err = n < 0 ? errno : 0;
	(void)close(fd);
	if (err)
		return err;

	token[n] = '\0';
	token[strcspn(token, "\r\n")] = '\0';

	return is_token(token) ? 0 : EBADMSG;
}


static int write_token(const char *token, int fd)
{
	const ssize_t len = (ssize_t)strlen(token);

	if (write(fd, token, (size_t)len) != len || write(fd, "\n", 1) != 1)
		return EIO;

	return fsync(fd) ? errno : 0;
}


static int make(char token[WEB_TOKEN_SIZE], const char *path)
{
	uint8_t secret[SECRET_SIZE];
	int fd, err;

	if (RAND_bytes(secret, sizeof(secret)) != 1)
		return EIO;

	if (re_snprintf(token, WEB_TOKEN_SIZE, "%w", secret, sizeof(secret)) <
	    0)
		return ENOMEM;
	explicit_bzero(secret, sizeof(secret));

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno;

	err = write_token(token, fd);
	(void)close(fd);
	if (err)
		(void)unlink(path);

	return err;
}


/**
 * Read the token of this installation, or make it
 *
 * @param token Result
 * @param dir   Data directory
 *
 * @return 0 if success, otherwise errorcode
 */
int web_token_make(char token[WEB_TOKEN_SIZE], const char *dir)
{
	char path[PATH_SIZE];
	int err;

	if (re_snprintf(path, sizeof(path), "%s/http.token", dir) < 0)
		return ENAMETOOLONG;

	err = web_token_read(token, path);

	return err == ENOENT ? make(token, path) : err;
}
