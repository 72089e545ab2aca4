"""The API described by itself: the OpenAPI document made from the functions' code, and what is made from it."""
