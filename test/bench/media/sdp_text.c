/**
 * @file bench/media/sdp_text.c  The SDP of a phone, and of a relay
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <arpa/inet.h>
#include "test/bench/media/sdp_text.h"


/**
 * Write the SDP of a phone with G.711
 *
 * @param buf Room for SDP_TEXT characters
 * @param sin Where it hears
 */
void sdp_text(char *buf, const struct sockaddr_in *sin)
{
	char host[INET_ADDRSTRLEN];

	(void)inet_ntop(AF_INET, &sin->sin_addr, host, sizeof(host));
	(void)snprintf(buf, SDP_TEXT,
		       "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\n"
		       "t=0 0\r\nm=audio %u RTP/AVP 8\r\n"
		       "a=rtpmap:8 PCMA/8000\r\na=ptime:20\r\n",
		       host, host, ntohs(sin->sin_port));
}


/**
 * Read where its sender wants to hear
 *
 * @param sin  Filled in
 * @param text Anything with SDP in it
 *
 * @return True if it is there
 */
bool sdp_read(struct sockaddr_in *sin, const char *text)
{
	const char *m = strstr(text, "m=audio "),
		   *c = strstr(text, "c=IN IP4 ");
	char host[INET_ADDRSTRLEN] = "";

	if (!m || !c)
		return false;

	(void)sscanf(c + 9, "%15[0-9.]", host);
	memset(sin, 0, sizeof(*sin));
	sin->sin_family = AF_INET;
	sin->sin_port = htons((uint16_t)strtoul(m + 8, NULL, 10));

	return sin->sin_port && inet_pton(AF_INET, host, &sin->sin_addr) == 1;
}
