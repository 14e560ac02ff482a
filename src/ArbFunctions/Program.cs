using ArbFunctions;
using ArbFunctions.Platform;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

FunctionsApplicationBuilder builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddArbFunctions();
PlatformServices.Add(builder);
builder.Build().Run();
