/* SPDX-License-Identifier: Apache-2.0 */
/* What reading and writing the block share: names, strings, versions. */

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "sops/metadata.h"

const char *const rule_names[RULE_KINDS] = {
	[RULE_UNENCRYPTED_SUFFIX] = "unencrypted_suffix",
	[RULE_ENCRYPTED_SUFFIX] = "encrypted_suffix",
	[RULE_UNENCRYPTED_REGEX] = "unencrypted_regex",
	[RULE_ENCRYPTED_REGEX] = "encrypted_regex",
	[RULE_UNENCRYPTED_COMMENT] = "unencrypted_comment_regex",
	[RULE_ENCRYPTED_COMMENT] = "encrypted_comment_regex",
};

const char metadata_one_rule[] =
    "annot use more than one of encrypted_suffix, unencrypted_suffix, "
    "encrypted_regex, unencrypted_regex, encrypted_comment_regex, or "
    "unencrypted_comment_regex";

enum sealeaf_code
metadata_text(char **field, const char *text, struct sealeaf_error *e)
{
	char *copy = NULL;

	if (text != NULL) {
		copy = mem_dup(text);
		if (copy == NULL)
			return err_memory(e);
	}
	free(*field);
	*field = copy;
	return SEALEAF_OK;
}

enum sealeaf_code
metadata_version(unsigned out[3], const char *text, struct sealeaf_error *e)
{
	const char *p = text;
	char *end;

	if (text[0] == '\0')
		return err_set(e, SEALEAF_ERR_METADATA, "Version string empty");
	/* The first SOPS wrote "1.18"; all of those are older than any other. */
	if (text[0] == '1' && text[1] == '.') {
		out[0] = 1;
		out[1] = out[2] = 0;
		return SEALEAF_OK;
	}
	p += text[0] == 'v' ? 1 : 0;
	for (int i = 0; i < 3; i++) {
		if (!isdigit((unsigned char)*p))
			return err_set(e, SEALEAF_ERR_METADATA,
			    "No Major.Minor.Patch elements found");
		out[i] = (unsigned)strtoul(p, &end, 10);
		if (i < 2 && *end != '.')
			return err_set(e, SEALEAF_ERR_METADATA,
			    "No Major.Minor.Patch elements found");
		p = end + 1;
	}
	return SEALEAF_OK;
}

void
metadata_fini(struct metadata *m)
{
	groups_fini(&m->groups);
	for (int i = 0; i < RULE_KINDS; i++)
		free(m->rule[i]);
	free(m->lastmodified);
	free(m->mac);
	free(m->version);
	free(m->spelling);
	memset(m, 0, sizeof *m);
}
