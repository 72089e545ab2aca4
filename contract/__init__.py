"""The OpenAPI document, made from the functions' code, and the Postman collection, made from the document."""
