// Holds the operator keys, the bundle relay's authentication key and the node's URL. Secrets are put in by hand, never by a template.

@description('Required. Name of the vault.')
param name string

@description('Required. Location.')
param location string

@description('Required. Tags.')
param tags object

@description('Required. Keep the name and its secrets reserved after deletion. On for live; off for dry-run, so that it can be thrown away.')
param purgeProtection bool

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    // The service refuses an explicit false on a vault that had it once.
    enablePurgeProtection: purgeProtection ? true : null
  }
}

@description('Name of the vault.')
output name string = vault.name

@description('URI of the vault.')
output uri string = vault.properties.vaultUri
