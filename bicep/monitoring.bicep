// Logs and traces of the app.

@description('Required. Suffix of the names.')
param token string

@description('Required. Location.')
param location string

@description('Required. Tags.')
param tags object

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'log-${token}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${token}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

@description('Name of the Application Insights component.')
output name string = insights.name

@description('Connection string; holds no secret once local authentication is off.')
output connectionString string = insights.properties.ConnectionString
