// The Functions app on Flex Consumption, one app per plan.

@description('Required. Suffix of the names.')
param token string

@description('Required. Location.')
param location string

@description('Required. Tags.')
param tags object

@description('Required. Resource id of the identity.')
param identityId string

@description('Required. Blob endpoint of the storage account.')
param blobEndpoint string

@description('Required. Container the app is deployed from.')
param deploymentContainer string

@description('Required. Settings of the app.')
param settings object

@description('Required. Uniswap-V2-style factories: {address, dex, feePips}.')
param factories { address: string, dex: string, feePips: int, family: string, firstBlock: int, variant: string? }[]

@description('Required. Functions or groups that always have an instance: {name, instanceCount}.')
param alwaysReady { name: string, instanceCount: int }[]

@description('Required. Flash lenders besides those we trade with: {kind, address, pairFeePips}.')
param lenders { kind: string, address: string, pairFeePips: int? }[]

@description('Optional. Memory of an instance, MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 512

@description('Optional. Most instances.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

// A list becomes one setting per element and field.
var factorySettings = toObject(
  flatten(map(range(0, length(factories)), i => [
    { name: 'Chain__Factories__${i}__Address', value: factories[i].address }
    { name: 'Chain__Factories__${i}__Dex', value: factories[i].dex }
    { name: 'Chain__Factories__${i}__FeePips', value: string(factories[i].feePips) }
    { name: 'Chain__Factories__${i}__Family', value: factories[i].family }
    { name: 'Chain__Factories__${i}__FirstBlock', value: string(factories[i].firstBlock) }
    { name: 'Chain__Factories__${i}__Variant', value: factories[i].?variant ?? '' }
  ])),
  entry => entry.name,
  entry => entry.value
)
var lenderSettings = toObject(
  flatten(map(range(0, length(lenders)), i => [
    { name: 'Chain__Lenders__${i}__Kind', value: lenders[i].kind }
    { name: 'Chain__Lenders__${i}__Address', value: lenders[i].address }
    { name: 'Chain__Lenders__${i}__PairFeePips', value: string(lenders[i].?pairFeePips ?? 3000) }
  ])),
  entry => entry.name,
  entry => entry.value
)

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${token}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: 'func-${token}'
  location: location
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${blobEndpoint}${deploymentContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReady
      }
    }
    siteConfig: {
      ftpsState: 'Disabled'
      minTlsVersion: '1.2'
    }
  }

  resource configuration 'config' = {
    name: 'appsettings'
    properties: union(settings, lenderSettings, factorySettings)
  }
}

@description('Name of the app.')
output name string = app.name

@description('Host name of the app.')
output hostName string = app.properties.defaultHostName
