using System.Reflection;
using System.Text.Json;
using ArbFunctions.LocalRuntime.Hosting;
using ArbFunctions.LocalRuntime.Hosting.Durable;
using ArbFunctions.LocalRuntime.Hosting.Functions;
using ArbFunctions.LocalRuntime.Hosting.Http;
using ArbFunctions.LocalRuntime.Hosting.Queues;
using ArbFunctions.LocalRuntime.Hosting.Storage;
using Azure.Messaging.ServiceBus;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using LocalHostOptions = ArbFunctions.LocalRuntime.Hosting.HostOptions;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>Entry point of a functions app.</summary>
public class FunctionsApplication
{
    /// <summary>Begins to build the app.</summary>
    /// <param name="args">The process's arguments; they are settings, for example <c>--urls</c>.</param>
    public static FunctionsApplicationBuilder CreateBuilder(string[] args) =>
        new(args, Assembly.GetEntryAssembly()!, StartFailure.ExitProcess);
}

/// <summary>Collects services, settings and logging of a functions app.</summary>
public class FunctionsApplicationBuilder : IHostApplicationBuilder
{
    private const string DefaultAddress = "http://127.0.0.1:7071";

    private readonly WebApplicationBuilder _inner;
    private readonly Func<IEnumerable<Type>> _types;
    private readonly StartFailure _failure;
    private readonly string _appName;
    private bool _servesHttp;
    private bool _isBuilt;

    internal FunctionsApplicationBuilder(string[] args, Assembly app, StartFailure failure)
        : this(args, app.GetName().Name ?? "app", app.GetTypes, failure)
    {
    }

    internal FunctionsApplicationBuilder(
        string[] args, string appName, Func<IEnumerable<Type>> types, StartFailure failure)
    {
        _types = types;
        _failure = failure;
        _appName = appName;
        _inner = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // A flag without a value would swallow the next argument.
            Args = [.. args.Select(arg => arg == "--exit-with-stdin" ? "--exit-with-stdin=true" : arg)],
            ContentRootPath = AppContext.BaseDirectory,
        });
        try
        {
            AddHostFiles(_inner.Configuration);
        }
        catch (HostStartException error)
        {
            _failure.Report(error);
            throw;
        }

        _inner.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
            console.UseUtcTimestamp = true;
        });
        _inner.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        _inner.Logging.AddFilter("Azure", LogLevel.Warning);

        // A failed start is told in one line by StartFailure; the generic host would log its stack trace besides.
        _inner.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        _inner.Services.AddMvcCore();
        _inner.Services.AddOptions<JsonSerializerOptions>()
            .Configure(json => json.PropertyNameCaseInsensitive = true);
    }

    /// <summary>A bag for extensions.</summary>
    public IDictionary<object, object> Properties => ((IHostApplicationBuilder)_inner).Properties;

    IConfigurationManager IHostApplicationBuilder.Configuration => Configuration;

    /// <summary>
    /// Settings: environment and arguments over local.settings.json over host.json (under
    /// <c>AzureFunctionsJobHost</c>).
    /// </summary>
    public ConfigurationManager Configuration => _inner.Configuration;

    /// <summary>Where the app runs.</summary>
    public IHostEnvironment Environment => _inner.Environment;

    /// <summary>Logging.</summary>
    public ILoggingBuilder Logging => _inner.Logging;

    /// <summary>Metrics.</summary>
    public IMetricsBuilder Metrics => _inner.Metrics;

    /// <summary>Services functions are created from.</summary>
    public IServiceCollection Services => _inner.Services;

    /// <inheritdoc/>
    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull
        => ((IHostApplicationBuilder)_inner).ConfigureContainer(factory, configure);

    /// <summary>Builds the host; the app then runs it.</summary>
    /// <exception cref="InvalidOperationException">The host was built before.</exception>
    public IHost Build()
    {
        if (_isBuilt)
        {
            throw new InvalidOperationException("The application has already been built.");
        }

        _isBuilt = true;
        try
        {
            return BuildHost();
        }
        catch (Exception error)
        {
            _failure.Report(error);
            throw;
        }
    }

    internal void ServeHttp() => _servesHttp = true;

    private LocalFunctionsHost BuildHost()
    {
        LocalHostOptions options = LocalHostOptions.From(_inner.Configuration, _appName);
        FunctionCatalog functions = FunctionCatalog.Discover(_types());
        if (!_servesHttp && functions.All.Any(function => function.Trigger is HttpTriggerAttribute))
        {
            throw new HostStartException(
                "The app has HTTP functions that bind HttpRequest; call builder.ConfigureFunctionsWebApplication().");
        }

        if (string.IsNullOrEmpty(_inner.Configuration[WebHostDefaults.ServerUrlsKey])
            && string.IsNullOrEmpty(_inner.Configuration["http_ports"]))
        {
            _inner.WebHost.UseUrls(DefaultAddress);
        }

        _inner.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        AddRuntime(options, functions);
        WebApplication app = _inner.Build();
        app.Services.GetRequiredService<HttpFunctions>().Map(app);
        app.Services.GetRequiredService<DurableHttpApi>().Map(app);
        app.Services.GetRequiredService<AdminApi>().Map(app);
        return new LocalFunctionsHost(app, options, _failure);
    }

    private void AddRuntime(LocalHostOptions options, FunctionCatalog functions)
    {
        IServiceCollection services = _inner.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(functions);
        services.TryAddSingleton(new StorageAccount(options.StorageConnection));
        services.AddSingleton<DataConverter>(
            provider => new AppDataConverter(provider.GetRequiredService<IOptions<JsonSerializerOptions>>().Value));
        services.AddSingleton<DurableStore>();
        services.AddSingleton(provider => new DurableEngine(
            provider.GetRequiredService<DurableStore>(),
            functions,
            provider.GetRequiredService<FunctionInvoker>(),
            provider,
            provider.GetRequiredService<DataConverter>(),
            options,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<LocalDurableTaskClient>();
        services.AddSingleton(provider => new FunctionInvoker(
            provider,
            new Lazy<DurableTaskClient>(provider.GetRequiredService<LocalDurableTaskClient>),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<QueueStore>();
        services.TryAddSingleton(provider => new ServiceBusClient(provider.GetRequiredService<QueueStore>()));
        services.AddSingleton<HostKeys>();
        services.AddSingleton<FunctionsRuntime>();
        services.AddSingleton(provider => new HttpFunctions(
            functions,
            provider.GetRequiredService<FunctionInvoker>(),
            provider.GetRequiredService<HostKeys>(),
            options,
            provider.GetRequiredService<IOptions<JsonSerializerOptions>>().Value,
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton<DurableHttpApi>();
        services.AddSingleton<AdminApi>();
    }

    // Lowest first: what the environment or the command line says wins over files, as in the real host.
    private static void AddHostFiles(ConfigurationManager configuration)
    {
        Dictionary<string, string?> fromFiles = new(StringComparer.OrdinalIgnoreCase);
        Read("host.json", pair => $"AzureFunctionsJobHost:{pair.Key}", fromFiles);
        Read(
            "local.settings.json",
            pair => pair.Key.StartsWith("Values:", StringComparison.OrdinalIgnoreCase)
                ? pair.Key["Values:".Length..].Replace("__", ":", StringComparison.Ordinal)
                : null,
            fromFiles);
        configuration.Sources.Insert(
            0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = fromFiles });
        if (configuration["FUNCTIONS_EXIT_WITH_STDIN"] is { Length: > 0 } exits && configuration["exit-with-stdin"] is null)
        {
            configuration["exit-with-stdin"] = exits;
        }
    }

    private static void Read(
        string file, Func<KeyValuePair<string, string?>, string?> keyOf, Dictionary<string, string?> into)
    {
        string path = Path.Combine(AppContext.BaseDirectory, file);
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            foreach (KeyValuePair<string, string?> pair in
                new ConfigurationBuilder().AddJsonFile(path, optional: false).Build().AsEnumerable())
            {
                if (pair.Value is not null && keyOf(pair) is { } key)
                {
                    into[key] = pair.Value;
                }
            }
        }
        catch (InvalidDataException error)
        {
            throw new HostStartException($"{path} is not valid JSON: {error.GetBaseException().Message}", error);
        }
    }
}

/// <summary>ASP.NET Core in HTTP functions.</summary>
public static class FunctionsApplicationBuilderAspNetCoreExtensions
{
    /// <summary>Lets HTTP functions bind <c>HttpRequest</c> and return <c>IActionResult</c>.</summary>
    /// <param name="builder">The app's builder.</param>
    public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.ServeHttp();
        return builder;
    }
}
