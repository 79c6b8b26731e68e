// validate.mjs FILE... — is each of these documents valid OpenAPI, and do its references resolve?
import { Validator } from "@seriousme/openapi-schema-validator";

let failed = false;
for (const file of process.argv.slice(2)) {
  const validator = new Validator({ strict: false });
  const result = await validator.validate(file);
  if (result.valid) {
    const document = validator.resolveRefs();  // Throws for a reference to nothing.
    console.log(`${file}: OpenAPI ${validator.version}, ${Object.keys(document.paths).length} paths`);
  } else {
    failed = true;
    console.error(`${file}: ${JSON.stringify(result.errors, null, 1)}`);
  }
}
process.exit(failed ? 1 : 0);
