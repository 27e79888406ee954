/**
 * @file control_metrics.c  All counters, as Prometheus reads them
 */
#include <errno.h>
#include <re.h>
#include "common/metrics.h"
#include "proxy/admin/control_metrics.h"

enum { TEXT_SIZE = 32768 };


static int metrics_handler(json_t *answer, const json_t *question, void *arg)
{
	struct mbuf *mb = mbuf_alloc(TEXT_SIZE);
	int err = mb ? metrics_print(arg, mb) : ENOMEM;
	(void)question;

	if (!err &&
	    json_object_set_new(answer, "text",
				json_stringn((const char *)mb->buf, mb->end)))
		err = ENOMEM;
	mem_deref(mb);

	return err;
}


/**
 * Let the control answer with all counters
 *
 * @param c       Control
 * @param metrics Registry
 *
 * @return 0 if success, otherwise errorcode
 */
int control_metrics_add(struct control *c, struct metrics *metrics)
{
	return control_command(c, "metrics", metrics_handler, metrics);
}
