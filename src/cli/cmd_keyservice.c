/* SPDX-License-Identifier: Apache-2.0 */
/* keyservice: not in this build. */

#include "cli/cli.h"
#include "cli/command.h"

enum sealeaf_code
cmd_keyservice(struct cli *c, struct sealeaf_error *e)
{
	(void)c;
	return err_set(e, SEALEAF_ERR_UNSUPPORTED,
	    "keyservice is not part of this build");
}
