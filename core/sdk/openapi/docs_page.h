// docs_page.h — the page of /docs as it is in its files: no asset from elsewhere, nothing to fetch
// but the document itself.
#pragma once

#include <string_view>

namespace svc {

// OPENAPI_URL stands where the document's address belongs.
extern const std::string_view kDocsPage;
// Hexadecimal SHA-256 of what is inside of <script> and <style>, for the Content-Security-Policy.
extern const std::string_view kDocsScriptHash;
extern const std::string_view kDocsStyleHash;

}  // namespace svc
