"""What the stock airbyte-cdk components cannot do: walking Zendesk's pages, one role a file, in six layers."""
