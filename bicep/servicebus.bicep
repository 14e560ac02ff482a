// The opportunities queue. Standard, because duplicate detection needs it.

@description('Required. Name of the namespace.')
param name string

@description('Required. Location.')
param location string

@description('Required. Tags.')
param tags object

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
  }

  resource opportunities 'queues' = {
    name: 'opportunities'
    properties: {
      requiresDuplicateDetection: true
      duplicateDetectionHistoryTimeWindow: 'PT1M'
      // An opportunity is worthless after its blocks; messages carry a shorter time to live of their own.
      defaultMessageTimeToLive: 'PT1M'
      // Stale opportunities are normal: the dead-letter queue holds poison only, so that its alert means something.
      deadLetteringOnMessageExpiration: false
      maxDeliveryCount: 3
      lockDuration: 'PT30S'
      requiresSession: false
    }
  }
}

@description('Name of the namespace.')
output name string = namespace.name

@description('Host name clients connect to.')
output hostName string = replace(replace(namespace.properties.serviceBusEndpoint, 'https://', ''), ':443/', '')

@description('Name of the queue.')
output queueName string = namespace::opportunities.name
