/* SPDX-License-Identifier: Apache-2.0 */
/* The chain of credentials that Azure calls the default one. */

#include <ctype.h>
#include <string.h>

#include "net/azure.h"

struct credential {
	const char *name;
	const char *group; /* of AZURE_TOKEN_CREDENTIALS */
	const char *where; /* what it looks at, or NULL */
	enum sealeaf_code (*ask)(struct oauth_token *t, const struct azure *z,
	    struct sealeaf_error *e);
};

/* Last in the chain, and named where somebody counts on it. */
static enum sealeaf_code
powershell(struct oauth_token *t, const struct azure *z,
    struct sealeaf_error *e)
{
	(void)t;
	(void)z;
	return err_set(e, SEALEAF_ERR_NOT_MINE,
	    "signing in by Azure PowerShell is not supported");
}

static const struct credential chain[] = {
	{ "EnvironmentCredential", "prod",
	    "AZURE_CLIENT_ID with AZURE_CLIENT_SECRET or another proof",
	    azure_environment },
	{ "WorkloadIdentityCredential", "prod", "AZURE_FEDERATED_TOKEN_FILE",
	    azure_workload },
	{ "ManagedIdentityCredential", "prod", "the machine's identity",
	    azure_managed },
	{ "AzureCLICredential", "dev", "az", azure_cli },
	{ "AzureDeveloperCLICredential", "dev", "azd", azure_azd },
	{ "AzurePowerShellCredential", "dev", NULL, powershell }
};

const char *
azure_env(const struct azure *z, const char *name)
{
	const char *value = world_env(z->world, name);

	return value != NULL ? value : "";
}

static bool
same_word(const char *a, const char *b)
{
	while (*a != '\0' &&
	    tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
		a++;
		b++;
	}
	return *a == '\0' && *b == '\0';
}

static bool
chosen(const struct credential *c, const char *choice)
{
	return *choice == '\0' || same_word(choice, c->group) ||
	    same_word(choice, c->name);
}

enum sealeaf_code
azure_token(struct oauth_token *t, const struct azure *z,
    struct sealeaf_error *e)
{
	const char *choice = azure_env(z, "AZURE_TOKEN_CREDENTIALS");
	struct buf tried = { 0 }, looked = { 0 };
	enum sealeaf_code code = SEALEAF_ERR_NOT_MINE;

	for (size_t i = 0;
	     i < sizeof chain / sizeof *chain && code == SEALEAF_ERR_NOT_MINE;
	     i++) {
		struct sealeaf_error why = { 0 };

		if (!chosen(&chain[i], choice))
			continue;
		code = chain[i].ask(t, z, &why);
		if (code == SEALEAF_ERR_NOT_MINE) {
			buf_printf(&tried, "; %s: %s", chain[i].name, why.text);
			if (chain[i].where != NULL)
				buf_printf(&looked, "%s%s",
				    looked.n > 0 ? ", " : "", chain[i].where);
		} else if (code != SEALEAF_OK && e != NULL &&
		    e->code == SEALEAF_OK) {
			*e = why;
			err_prefix(e, "%s", chain[i].name);
		}
	}
	if (code == SEALEAF_ERR_NOT_MINE) {
		(void)err_set(e, code,
		    "DefaultAzureCredential: failed to "
		    "acquire a token. Attempted credentials%s",
		    tried.n > 0 ? tried.p
				: ": none, by "
				  "AZURE_TOKEN_CREDENTIALS");
		err_hint(e,
		    "no Azure credentials in %s: az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET",
		    looked.n > 0 ? looked.p
				 : "what AZURE_TOKEN_CREDENTIALS leaves");
	}
	buf_fini(&tried);
	buf_fini(&looked);
	return code;
}
