/**
 * @file web_problem.c  What went wrong, for programs (RFC 9457), pure
 */
#include <errno.h>
#include <string.h>
#include "common/json_out.h"
#include "proxy/admin/http/web_problem.h"


static const struct {
	unsigned status;
	const char *title;
} titlev[] = {
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{409, "Conflict"},
	{411, "Length Required"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{431, "Request Header Fields Too Large"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{503, "Service Unavailable"},
};

static const struct {
	int err;
	unsigned status;
} statusv[] = {
	{EINVAL, 400},    {EBADMSG, 400},  {ENOENT, 404}, {EBUSY, 409},
	{EEXIST, 409},    {EALREADY, 409}, {EACCES, 403}, {EOPNOTSUPP, 501},
	{ENOSYS, 501},    {ENOMEM, 503},   {ENOSPC, 503}, {ETIMEDOUT, 503},
	{ECANCELED, 503}, {EAGAIN, 503},   {E2BIG, 413},
};


/**
 * The status of an error
 *
 * @param err Errorcode
 *
 * @return Status; 500 where nothing better is known
 */
unsigned web_problem_status(int err)
{
	for (size_t i = 0; i < ARRAY_SIZE(statusv); i++) {
		if (statusv[i].err == err)
			return statusv[i].status;
	}

	return err ? 500 : 200;
}


/**
 * The words of a status
 *
 * @param status Status
 *
 * @return Words
 */
const char *web_problem_title(unsigned status)
{
	for (size_t i = 0; i < ARRAY_SIZE(titlev); i++) {
		if (titlev[i].status == status)
			return titlev[i].title;
	}

	return "Error";
}


/**
 * Write a problem document
 *
 * @param status Status
 * @param detail A sentence, or NULL; what is no text in it becomes '?'
 *
 * @return Text, the caller frees it with free(); NULL: out of memory
 */
char *web_problem_text(unsigned status, const char *detail)
{
	struct mbuf *mb = mbuf_alloc(256);
	struct json_out o;
	char *text = NULL;

	if (!mb)
		return NULL;

	json_out_init(&o, mb);
	json_out_object(&o, NULL);
	json_out_string(&o, "type", "about:blank");
	json_out_string(&o, "title", web_problem_title(status));
	json_out_number(&o, "status", status);
	if (detail && *detail)
		json_out_string(&o, "detail", detail);
	json_out_object_end(&o);
	if (!o.err)
		text = strndup((const char *)mb->buf, mb->end);
	mem_deref(mb);

	return text;
}
