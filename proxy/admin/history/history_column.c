/**
 * @file history_column.c  What is kept of a call, column by column
 */
#include <stddef.h>
#include "proxy/admin/history/history_column.h"

static const struct history_column_info infov[HISTORY_COLUMNS] = {
	[HC_ID] = {"id", HT_ID, "id"},
	[HC_CALL_ID] = {"call_id", HT_TEXT, "call_id"},
	[HC_STATE] = {"state", HT_TEXT, "state"},
	[HC_STARTED] = {"started_ms", HT_NUMBER, "started_ms"},
	[HC_ANSWERED] = {"answered_ms", HT_NUMBER, "answered_ms"},
	[HC_ENDED] = {"ended_ms", HT_NUMBER, "ended_ms"},
	[HC_TALKED] = {"talked_ms", HT_NUMBER, "talked_ms"},
	[HC_FROM] = {"from", HT_TEXT, "from"},
	[HC_TO] = {"to", HT_TEXT, "to"},
	[HC_URI] = {"uri", HT_TEXT, "uri"},
	[HC_SENT_TO] = {"sent_to", HT_TEXT, "sent_to"},
	[HC_DIVERTED] = {"diverted", HT_TEXT, "diverted"},
	[HC_A_ACCOUNT] = {"a_account", HT_TEXT, "a.account"},
	[HC_A_PEER] = {"a_peer", HT_TEXT, "a.peer"},
	[HC_A_ADDRESS] = {"a_address", HT_TEXT, "a.address"},
	[HC_A_TRANSPORT] = {"a_transport", HT_TEXT, "a.transport"},
	[HC_A_AGENT] = {"a_agent", HT_TEXT, "a.agent"},
	[HC_B_ACCOUNT] = {"b_account", HT_TEXT, "b.account"},
	[HC_B_PEER] = {"b_peer", HT_TEXT, "b.peer"},
	[HC_B_ADDRESS] = {"b_address", HT_TEXT, "b.address"},
	[HC_B_TRANSPORT] = {"b_transport", HT_TEXT, "b.transport"},
	[HC_B_AGENT] = {"b_agent", HT_TEXT, "b.agent"},
	[HC_STATUS] = {"status", HT_NUMBER, "status"},
	[HC_PHRASE] = {"phrase", HT_TEXT, "phrase"},
	[HC_ENDED_BY] = {"ended_by", HT_TEXT, "ended_by"},
	[HC_WHY] = {"why", HT_TEXT, "why"},
	[HC_CAUSE] = {"cause", HT_TEXT, "cause"},
	[HC_Q850] = {"q850", HT_NUMBER, NULL},
	[HC_MEDIA] = {"media", HT_TEXT, "media"},
	[HC_REASON] = {"reason", HT_TEXT, "reason"},
	[HC_WHY_MEDIA] = {"why_media", HT_TEXT, "why_media"},
	[HC_CODEC] = {"codec", HT_TEXT, NULL},
	[HC_A_MEDIA] = {"a_media", HT_TEXT, NULL},
	[HC_A_PACKETS] = {"a_packets", HT_NUMBER, NULL},
	[HC_A_LOST] = {"a_lost", HT_NUMBER, NULL},
	[HC_A_LOSS] = {"a_loss", HT_REAL, NULL},
	[HC_A_JITTER] = {"a_jitter_us", HT_NUMBER, NULL},
	[HC_A_MOS] = {"a_mos", HT_REAL, NULL},
	[HC_B_MEDIA] = {"b_media", HT_TEXT, NULL},
	[HC_B_PACKETS] = {"b_packets", HT_NUMBER, NULL},
	[HC_B_LOST] = {"b_lost", HT_NUMBER, NULL},
	[HC_B_LOSS] = {"b_loss", HT_REAL, NULL},
	[HC_B_JITTER] = {"b_jitter_us", HT_NUMBER, NULL},
	[HC_B_MOS] = {"b_mos", HT_REAL, NULL},
	[HC_ONEWAY] = {"oneway", HT_TEXT, NULL},
	[HC_ONEWAY_CAUSE] = {"oneway_cause", HT_TEXT, NULL},
	[HC_BAD] = {"bad", HT_FLAG, NULL},
	[HC_RECORDING] = {"recording", HT_TEXT, "recording"},
	[HC_FLIGHT] = {"flight", HT_TEXT, "flight"},
};


/**
 * What a column is
 *
 * @param c Column
 *
 * @return Its name, type and place in a record; NULL behind the last one
 */
const struct history_column_info *history_column(enum history_column c)
{
	return (unsigned)c < HISTORY_COLUMNS ? &infov[c] : NULL;
}
