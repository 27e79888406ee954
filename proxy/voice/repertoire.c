/**
 * @file repertoire.c  The sounds of a configuration's announcements
 */
#include <errno.h>
#include "proxy/voice/repertoire.h"

enum { SAMPLES_MS = SOUND_RATE / 1000 };


static void destructor(void *arg)
{
	struct repertoire *r = arg;

	for (size_t i = 0; i < r->n; i++)
		mem_deref(r->v[i]);
}


/**
 * Read the sounds of all announcements
 *
 * @param rp   Pointer to allocated repertoire
 * @param cfg  Configuration
 * @param why  Set to a sentence where one cannot be read
 * @param size Size of that buffer
 *
 * @return 0 if success, otherwise errorcode
 */
int repertoire_alloc(struct repertoire **rp, const struct config *cfg,
		     char *why, size_t size)
{
	struct repertoire *r;
	int err = 0;

	if (!rp || !cfg || !why || !size)
		return EINVAL;

	why[0] = '\0';
	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	while (!err && r->n < cfg->announcementc) {
		err = sound_load(&r->v[r->n], cfg->announcementv[r->n].file,
				 why, size);
		if (!err)
			++r->n;
	}
	if (err)
		mem_deref(r);
	else
		*rp = r;

	return err;
}


/**
 * How long the longest of them is
 *
 * @param r Repertoire, or NULL
 *
 * @return Its length in ms
 */
uint32_t repertoire_longest_ms(const struct repertoire *r)
{
	size_t most = 0;

	for (size_t i = 0; r && i < r->n; i++) {
		if (r->v[i]->samplec > most)
			most = r->v[i]->samplec;
	}

	return (uint32_t)(most / SAMPLES_MS);
}
