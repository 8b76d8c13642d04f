#pragma once
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

/* Swift cannot call variadic functions: one wrapper for each type of argument. */
static inline CURLcode
erp_curl_set_long(CURL *easy, CURLoption option, long value)
{
	return curl_easy_setopt(easy, option, value);
}

static inline CURLcode
erp_curl_set_text(CURL *easy, CURLoption option, const char *value)
{
	return curl_easy_setopt(easy, option, value);
}

static inline CURLcode
erp_curl_set_pointer(CURL *easy, CURLoption option, void *value)
{
	return curl_easy_setopt(easy, option, value);
}

static inline CURLcode
erp_curl_set_callback(CURL *easy, CURLoption option, curl_write_callback callback)
{
	return curl_easy_setopt(easy, option, callback);
}

static inline CURLcode
erp_curl_set_body(CURL *easy, const void *bytes, size_t count)
{
	CURLcode	code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) count);

	return code != CURLE_OK ? code : curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, bytes);
}
