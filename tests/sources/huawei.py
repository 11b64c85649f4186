# SPDX-License-Identifier: Apache-2.0
"""HuaweiCloud KMS against servers/huawei.py."""

import harness as h
from base import Server
from huawei import PROJECT, Huawei

huawei = Huawei()
server = Server(h.FOLDER, huawei)
# Its SDK knows no proxies, so the hosts are overridden.
TLS = "https://127.0.0.1:%d" % server.listen_tls()
NET = {"SSL_CERT_FILE": server.authority.path,
       "HUAWEICLOUD_SDK_REGION_KMS_TR_WEST_1": TLS,
       "HUAWEICLOUD_SDK_IAM_ENDPOINT": TLS}
PROXY = server.environment()
KEY = "tr-west-1:0d0466b0-e727-4d9c-b35d-f84bb474a37f"
ENV = {**NET, "HUAWEICLOUD_SDK_AK": "AKBASE",
       "HUAWEICLOUD_SDK_SK": "sk/base+"}
ALL = {**ENV, "HUAWEICLOUD_SDK_PROJECT_ID": PROJECT}

sealed = h.round_trips("keys in the environment", ALL, "--hckms", KEY)
huawei.seen.clear()
h.both_open("project looked up", sealed, ENV)
h.check("the project was asked for", "projects" in huawei.seen)
ini = ("[default]\nak = no\nsk = no\n[basic]\nak = AKBASE\nsk = sk/base+\n"
       "project_id = %s\n" % PROJECT)
h.both_open("credentials file", sealed, NET,
            lambda t: t.write(".huaweicloud/credentials", ini))
h.both_open("credentials file elsewhere", sealed, {
    **NET, "HUAWEICLOUD_SDK_CREDENTIALS_FILE": "creds"},
    lambda t: t.write("creds", ini))
federated = {**NET, "HUAWEICLOUD_SDK_IDP_ID": "their-idp",
             "HUAWEICLOUD_SDK_ID_TOKEN_FILE": "token",
             "HUAWEICLOUD_SDK_PROJECT_ID": PROJECT}
huawei.seen.clear()
h.both_open("token of another provider", sealed, federated,
            lambda t: t.write("token", huawei.id_token))
h.check("keys were given for it", "federated" in huawei.seen)
h.refuses("a wrong token", sealed, federated,
          "failed to get HuaweiCloud credentials: status code 401: IAM.0011: "
          "not theirs", lambda t: t.write("token", "0urs"), ["0urs"])
h.refuses("a wrong secret", sealed, {**ALL, "HUAWEICLOUD_SDK_SK": "wr0ng"},
          "failed to decrypt sops data key with HuaweiCloud KMS: status code "
          "401: APIGW.0301: Incorrect signature", secrets=["wr0ng"])
h.refuses("another key", sealed.replace("a37f", "a380"), ALL,
          "KMS.0306: not ours")
h.refuses("a region that is a host", sealed.replace(
    "tr-west-1:", "tr-west-1.evil.example/:"), ALL, "invalid region")
h.refuses("pod identity", sealed, {
    **NET, "HC_CONTAINER_CREDENTIALS_FULL_URI": TLS + "/pod",
    "HC_CONTAINER_AUTHORIZATION_TOKEN_FILE": "token"},
    "pod identity (HC_CONTAINER_CREDENTIALS_FULL_URI) is not supported")
huawei.projects.append("f" * 32)
h.refuses("several projects", sealed, ENV, "has no project, or several")
h.opens("the region's own host", "sealeaf", h.SEALEAF, sealed, {
    **PROXY, "HUAWEICLOUD_SDK_AK": "AKBASE", "HUAWEICLOUD_SDK_SK": "sk/base+",
    "HUAWEICLOUD_SDK_PROJECT_ID": PROJECT})
h.check("that was the host", any("kms.tr-west-1.myhuaweicloud.com/" in line
                                 for line in server.log), str(server.log))
h.refuses("an endpoint in clear", sealed, {
    **ALL, "HUAWEICLOUD_SDK_REGION_KMS_TR_WEST_1": "http://kms.example"},
    "not https")
h.finish("huawei")
