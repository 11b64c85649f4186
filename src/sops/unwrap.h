/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the keys of a file for the parts of its data key. */
#ifndef SOPS_UNWRAP_H
#define SOPS_UNWRAP_H

#include "sops/ctx.h"
#include "sops/groups.h"
#include "sops/report.h"

enum { UNWRAP_ORDER_MAX = 16 };

struct unwrap_order {
	struct span name[UNWRAP_ORDER_MAX];
	size_t n;
};

/* One recovery of a data key. */
struct unwrap {
	struct sealeaf_ctx *ctx;
	const struct groups *gs;
	struct group_result *results;
	struct secret *parts; /* one a group, empty until it opened */
	struct unwrap_order order;
	size_t need, have;
};

/* Whether a key has anybody to be asked in one of the two passes: what needs
 * no network, and all the rest. */
bool unwrap_concerns(const struct unwrap *u, const struct key *k, bool offline);

/*
 * Ask about one key in one of the passes. *part is empty when it does not
 * open; why, is noted in `a`. Only running out of memory is an error. Changes
 * nothing but *part and `a`.
 */
SEALEAF_USED enum sealeaf_code unwrap_ask(const struct unwrap *u,
    struct attempt *a, bool offline, struct secret *part,
    struct sealeaf_error *e);

/* A group has opened: its part goes over to `u`. */
void unwrap_opened(struct unwrap *u, size_t group, struct attempt *a,
    struct secret *part);

/* unwrap_remote.c: the second pass, several keys at a time where one makes
 * itself waited for. */
SEALEAF_USED enum sealeaf_code unwrap_remote(struct unwrap *u,
    struct sealeaf_error *e);

#endif
