"""The one DynamoDB table: keys, writes, pages, search."""
