/* SPDX-License-Identifier: Apache-2.0 */
/* publish: not in this build. */

#include "cli/cli.h"
#include "cli/command.h"

enum sealeaf_code
cmd_publish(struct cli *c, struct sealeaf_error *e)
{
	(void)c;
	return err_set(e, SEALEAF_ERR_UNSUPPORTED,
	    "publish is not part of this build");
}
