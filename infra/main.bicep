// azd's entry point: one resource group with everything the system needs. Two presets: dry-run (nothing always ready, everything can be
// thrown away) and live (Durable and the queue's function always have an instance, the vault is protected).
targetScope = 'subscription'

@description('Required. Name of the azd environment; names and tags derive from it.')
@minLength(1)
@maxLength(40)
param environmentName string

@description('Required. Location of all resources.')
param location string

@description('Optional. dry-run sends nothing; live trades.')
@allowed(['dry-run', 'live'])
param preset string = 'dry-run'

@description('Required. EIP-155 chain id.')
param chainId string

@description('Required. Wrapped ether contract.')
@minLength(42)
@maxLength(42)
param wrappedEther string

@description('Required. Executor contract.')
@minLength(42)
@maxLength(42)
param executor string

@description('Required. Account that receives profits.')
@minLength(42)
@maxLength(42)
param recipient string

@description('Required. Bundle relay URL.')
param bundleRelayUrl string

@description('Optional. Principal id of who deploys: may set the vault\'s secrets. Nobody when empty.')
param principalId string = ''

@description('Optional. Client of the node: our own, or Nethereum.')
@allowed(['Lean', 'Nethereum'])
param chainClient string = 'Lean'

@description('Optional. Multicall3.')
param multicall string = '0xca11bde05977b3631167028862be2a173976ca11'

@description('Optional. Balancer V2 Vault, the flash lender.')
param flashLender string = '0xba12222222228d8ba445958a75a0704d566bf2c8'

@description('Optional. Limits of every trade. Amounts are wei as decimal text, shares are basis points.')
param limits {
  minProfitWei: string
  maxGasPriceWei: string
  maxSlippageBasisPoints: int
  priorityFeePerGasWei: string
  priorityFeeMaxPerGasWei: string
  bidBasisPoints: int
  bidStepBasisPoints: int
  bidMaxBasisPoints: int
  bidCapWei: string
  submissionsMax: int
  publishMax: int
  hopsMax: int
} = {
  minProfitWei: '100000000000000'
  maxGasPriceWei: '200000000000'
  maxSlippageBasisPoints: 100
  priorityFeePerGasWei: '10000000'
  priorityFeeMaxPerGasWei: '0'
  bidBasisPoints: 3000
  bidStepBasisPoints: 2000
  bidMaxBasisPoints: 9000
  bidCapWei: '1000000000000000000'
  submissionsMax: 3
  publishMax: 4
  hopsMax: 3
}

@description('Optional. Pool factories: {address, dex, feePips, family, firstBlock, variant}; family is a pool family, variant its generation where it has several.')
param factories { address: string, dex: string, feePips: int, family: string, firstBlock: int, variant: string? }[] = [
  { address: '0x5c69bee701ef814a2b6a3edd4b1652cb9cc5aa6f', dex: 'uniswap-v2', feePips: 3000, family: 'UniswapV2', firstBlock: 10000835 }
  { address: '0xc0aee478e3658e2610c5f7a4a2e1777ce9e4f2ac', dex: 'sushiswap', feePips: 3000, family: 'UniswapV2', firstBlock: 10794229 }
]

@description('Optional. Flash lenders besides the Vault and the pool managers among the factories: {kind, address, pairFeePips}.')
param lenders { kind: string, address: string, pairFeePips: int? }[] = []

@description('Optional. Least that a pool must hold on its lesser side to be traded, wei.')
param liquidityFloorWei string = '1000000000000000000'

@description('Optional. JSON-RPC endpoint of a second node that must have the same blocks. Empty for none. May carry a key: use a Key Vault reference.')
@secure()
param witnessRpcUrl string = ''


var token = uniqueString(subscription().id, environmentName, location)
var tags = { 'azd-env-name': environmentName }

// What the presets differ in, and nothing else.
var presets = {
  'dry-run': {
    mode: 'DryRun'
    purgeProtection: false
    alwaysReady: []
  }
  live: {
    mode: 'Live'
    purgeProtection: true
    alwaysReady: [
      { name: 'durable', instanceCount: 1 }
      { name: 'function:HandleOpportunity', instanceCount: 1 }
    ]
  }
}
var chosen = presets[preset]

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity '../bicep/identity.bicep' = {
  name: 'identity'
  scope: group
  params: { name: 'id-${token}', location: location, tags: tags }
}

module storage '../bicep/storage.bicep' = {
  name: 'storage'
  scope: group
  params: { name: 'st${token}', location: location, tags: tags }
}

module serviceBus '../bicep/servicebus.bicep' = {
  name: 'servicebus'
  scope: group
  params: { name: 'sb-${token}', location: location, tags: tags }
}

module keyVault '../bicep/keyvault.bicep' = {
  name: 'keyvault'
  scope: group
  params: { name: 'kv-${token}', location: location, tags: tags, purgeProtection: chosen.purgeProtection }
}

module monitoring '../bicep/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: { token: token, location: location, tags: tags }
}

module roles '../bicep/roles.bicep' = {
  name: 'roles'
  scope: group
  params: {
    principalId: identity.outputs.principalId
    deployerId: principalId
    storageName: storage.outputs.name
    serviceBusName: serviceBus.outputs.name
    keyVaultName: keyVault.outputs.name
    insightsName: monitoring.outputs.name
  }
}

module functions '../bicep/functions.bicep' = {
  name: 'functions'
  scope: group
  // The host reads its storage and the node's URL as soon as it starts.
  dependsOn: [roles]
  params: {
    token: token
    location: location
    tags: tags
    identityId: identity.outputs.id
    blobEndpoint: storage.outputs.blobEndpoint
    deploymentContainer: storage.outputs.deploymentContainer
    alwaysReady: chosen.alwaysReady
    factories: factories
    lenders: lenders
    settings: {
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.outputs.clientId
      AzureWebJobsStorage__blobServiceUri: storage.outputs.blobEndpoint
      AzureWebJobsStorage__queueServiceUri: storage.outputs.queueEndpoint
      AzureWebJobsStorage__tableServiceUri: storage.outputs.tableEndpoint
      APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
      ServiceBus__fullyQualifiedNamespace: serviceBus.outputs.hostName
      ServiceBus__credential: 'managedidentity'
      ServiceBus__clientId: identity.outputs.clientId
      // Slots begin at UTC seconds 11, 23, 35, 47, 59: four seconds later the block is there.
      ScanSchedule: '3-59/12 * * * * *'
      DiscoverSchedule: '0 */5 * * * *'
      SweepSchedule: '30 * * * * *'
      Chain__Id: chainId
      Chain__RpcUrl: '@Microsoft.KeyVault(VaultName=${keyVault.outputs.name};SecretName=rpc-url)'
      Chain__Client: chainClient
      Chain__SlotSeconds: '12'
      Chain__WrappedEther: wrappedEther
      Chain__Multicall: multicall
      Chain__Vault: flashLender
      Chain__LiquidityFloorWei: liquidityFloorWei
      Chain__WitnessRpcUrl: witnessRpcUrl
      Execution__Mode: chosen.mode
      Execution__Executor: executor
      Execution__Recipient: recipient
      Execution__MinProfitWei: limits.minProfitWei
      Execution__MaxGasPriceWei: limits.maxGasPriceWei
      Execution__MaxSlippageBasisPoints: string(limits.maxSlippageBasisPoints)
      Execution__PriorityFeePerGasWei: limits.priorityFeePerGasWei
      Execution__PriorityFeeMaxPerGasWei: limits.priorityFeeMaxPerGasWei
      Execution__BidBasisPoints: string(limits.bidBasisPoints)
      Execution__BidStepBasisPoints: string(limits.bidStepBasisPoints)
      Execution__BidMaxBasisPoints: string(limits.bidMaxBasisPoints)
      Execution__BidCapWei: limits.bidCapWei
      Execution__SubmissionsMax: string(limits.submissionsMax)
      Execution__PublishMax: string(limits.publishMax)
      Execution__HopsMax: string(limits.hopsMax)
      BundleRelay__Url: bundleRelayUrl
      BundleRelay__TimeoutSeconds: '3'
      Keys__VaultUri: keyVault.outputs.uri
      Keys__OperatorSecrets: 'operator'
      Keys__BundleRelayAuthSecret: 'bundle-relay-auth'
    }
  }
}

@description('Name of the app.')
output APP_NAME string = functions.outputs.name

@description('Where the app answers.')
output APP_URL string = 'https://${functions.outputs.hostName}'

@description('Vault that needs the secrets rpc-url, operator and bundle-relay-auth before the app can start.')
output KEY_VAULT_NAME string = keyVault.outputs.name
