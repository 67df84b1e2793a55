/* A configuration without a file: the defaults, what a folder alone runs on, and whether a server can start. */
#include "../check.h"

#include "base/limits.h"
#include "config/config.h"
#include "config/option.h"

static void assert_refused(const struct config *config, const char *what)
{
    struct err err = { 0 };
    assert_false(config_check_serve(config, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_string_equal(err.what, what);
}

static void what_cannot_be_served_is_refused_in_one_line(void **state)
{
    (void)state;
    struct config *config = config_defaults_new();
    config->path = "a.json";
    assert_refused(config,
                   "a.json: the worklist is not enabled: write \"Worklists\" : { \"Enable\" : true, \"Database\" : "
                   "\"/path/of/the/folder\" }");
    config->enable = true;
    assert_refused(config,
                   "a.json: \"Worklists\" names no folder: write \"Database\" : \"/path/of/the/folder\" into it");
    config->database = "worklists";
    assert_true(config_check_serve(config, NULL));

    config->dicom_server_enabled = false;
    assert_refused(
        config, "a.json: \"DicomServerEnabled\" : false leaves nothing to serve: write \"DicomServerEnabled\" : true");
    config->dicom_server_enabled = true;
    config->save_in_orthanc_database = true;
    assert_refused(config,
                   "a.json: \"SaveInOrthancDatabase\" : true is not possible: worklists are read from the folder "
                   "\"Database\"; write false");
    config_free(&config);
}

static void a_port_for_tls_needs_what_it_needs(void **state)
{
    (void)state;
    static const char *const cipher[] = { "TLS_AES_128_GCM_SHA256" };
    struct config *config = config_defaults_new();
    config->path = "a.json";
    config->enable = true;
    config->database = "worklists";
    config->dicom_tls_certificate = "own.crt"; /* Orthanc's own calls may need it: no port does */
    assert_true(config_check_serve(config, NULL));
    config->dicom_tls_enabled = true;
    assert_refused(config,
                   "a.json: \"DicomTlsEnabled\" : true needs \"DicomTlsCertificate\" : \"/path/of/own.crt\" and "
                   "\"DicomTlsPrivateKey\" : \"/path/of/own.key\"");
    config->dicom_tls_private_key = "own.key";
    assert_refused(
        config,
        "a.json: \"DicomTlsEnabled\" : true needs \"DicomTlsTrustedCertificates\" : \"/path/of/trusted.crt\", or "
        "\"DicomTlsRemoteCertificateRequired\" : false, with which scanners need no certificate");
    config->dicom_tls_remote_certificate_required = false;
    assert_true(config_check_serve(config, NULL));
    config->dicom_tls_port = 2762;
    assert_refused(config, "a.json: \"DicomTlsEnabled\" : true makes \"DicomPort\" the port for TLS; to have "
                           "\"DicomTlsPort\" beside one in clear text write false");
    config->dicom_tls_enabled = false;
    assert_true(config_check_serve(config, NULL));
    config->dicom_tls_port = 4242;
    assert_refused(config, "a.json: \"DicomTlsPort\" and \"DicomPort\" are both 4242: one port cannot speak TLS and "
                           "clear text");
    config->dicom_tls_port = 2762;
    config->dicom_tls_ciphers_accepted = (struct config_list){ cipher, 1 };
    assert_refused(config, "a.json: \"DicomTlsCiphersAccepted\" needs a \"DicomTlsMinimumProtocolVersion\" beside it: "
                           "write 4 for TLS 1.2");
    config->dicom_tls_minimum_protocol_version = 2;
    assert_true(config_check_serve(config, NULL));
    config->dicom_tls_ciphers_accepted.count = 0;
    assert_refused(config,
                   "a.json: \"DicomTlsMinimumProtocolVersion\" : 2 needs \"DicomTlsCiphersAccepted\" : [ ... ]: "
                   "the cipher suites of so old a TLS; better write 0");
    config->dicom_tls_minimum_protocol_version = 5;
    assert_true(config_check_serve(config, NULL));
    config_free(&config);
}

static void the_defaults_are_orthancs_and_agree_with_the_limits(void **state)
{
    (void)state;
    struct config *config = config_defaults_new();
    assert_string_equal(config->dicom_aet, "ORTHANC");
    assert_int_equal(config->dicom_port, 4242);
    assert_true(config->dicom_always_allow_echo);
    assert_false(config->dicom_always_allow_find_worklist);
    assert_true(config->dicom_server_enabled);
    assert_false(config->dicom_tls_enabled);
    assert_true(config->dicom_tls_remote_certificate_required);
    assert_int_equal(config->dicom_tls_minimum_protocol_version, 0);
    assert_int_equal(config->dicom_tls_ciphers_accepted.count, 0);
    assert_false(config->enable);
    assert_string_equal(config->database, "");
    assert_string_equal(config->default_encoding, "");
    assert_int_equal(config->modality_count, 0);
    assert_int_equal(config->dicom_scp_timeout * 1000, limits_default.idle_ms);
    assert_int_equal(config->query_max_time * 1000, limits_default.query_ms);
    assert_int_equal(config->maximum_pdu_length, limits_default.pdu_bytes);
    config_free(&config);
    assert_null(config);
}

static void a_folder_alone_can_be_served(void **state)
{
    (void)state;
    char name[] = "/tmp/wl";
    struct config *config = config_folder_new(name);
    name[0] = 'x';
    assert_true(config_check_serve(config, NULL));
    assert_string_equal(config->database, "/tmp/wl");
    assert_true(config->dicom_always_allow_find_worklist);
    assert_null(config->path);
    config_free(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_cannot_be_served_is_refused_in_one_line),
        cmocka_unit_test(a_port_for_tls_needs_what_it_needs),
        cmocka_unit_test(the_defaults_are_orthancs_and_agree_with_the_limits),
        cmocka_unit_test(a_folder_alone_can_be_served),
    };
    return cmocka_run_group_tests_name("config/config", tests, NULL, NULL);
}
