/* SPDX-License-Identifier: Apache-2.0 */
/* The table of all key sources, and what they share during a session. */

#include <string.h>

#include "key/remote.h"

const struct key_source *const key_sources[] = { &key_aws_kms, &key_gcp_kms,
	&key_hckms, &key_azure_kv, &key_hc_vault, &key_pgp, &key_age, NULL };

const struct key_source *
key_source_by_list(struct span list)
{
	for (size_t i = 0; key_sources[i] != NULL; i++)
		if (span_is(list, key_sources[i]->list))
			return key_sources[i];
	return NULL;
}

void
key_session_init(struct key_session *s, const struct world *w)
{
	memset(s, 0, sizeof *s);
	s->world = w;
}

void
key_session_fini(struct key_session *s)
{
	for (size_t i = 0; key_sources[i] != NULL; i++)
		if (key_sources[i]->end != NULL)
			key_sources[i]->end(s);
	remote_close(s);
	memset(s->state, 0, sizeof s->state);
}
