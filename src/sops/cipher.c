/* SPDX-License-Identifier: Apache-2.0 */
/* Sealing one text, and the MAC over all values. */

#include "crypt/envelope.h"
#include "doc/path.h"
#include "doc/value.h"
#include "sops/cipher.h"

bool
cipher_covers(const struct leaf *l)
{
	return l->picked && l->value.n > 0;
}

enum sealeaf_code
cipher_seal(struct buf *b, struct sealeaf_doc *d, struct span aad,
    enum leaf_type type, struct span plain, struct sealeaf_error *e)
{
	if (d->n_ivs == 0) {
		world_random(&d->ctx->world, d->ivs, sizeof d->ivs);
		d->n_ivs = sizeof d->ivs / GCM_IV;
	}
	d->n_ivs--;
	return envelope_seal(b, d->gcm, d->ivs + d->n_ivs * GCM_IV, aad, type,
	    plain, e);
}

void
cipher_ivs(uint8_t *ivs, size_t n, const struct sealeaf_doc *d)
{
	world_random(&d->ctx->world, ivs, n * GCM_IV);
}

enum sealeaf_code
cipher_mac(char out[MAC_TEXT + 1], const struct leaves *ls, bool only_encrypted,
    struct sealeaf_error *e)
{
	struct buf scratch = { 0 };
	struct mac *mac;
	enum sealeaf_code code = mac_new(&mac, only_encrypted, e);

	if (code != SEALEAF_OK)
		return code;
	for (size_t i = 0; i < ls->n; i++) {
		const struct leaf *l = &ls->list[i];
		struct span text;

		if (!leaf_is_value(l) || (only_encrypted && !l->picked))
			continue;
		if (value_hashed(&text, &scratch, l->type, l->value))
			mac_add(mac, text);
	}
	code = buf_check(&scratch, e);
	mac_text(mac, out);
	mac_free(mac);
	buf_fini(&scratch);
	return code;
}
