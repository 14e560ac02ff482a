using System.Runtime.InteropServices;
using Arb.Devnet;
using Arb.Devnet.Processes;
using Arb.Devnet.Tooling;

// A program that integration tests kill, signal or run twice at once. It says on stdout how far it is.
try
{
    return args switch
    {
        ["keep-children"] => await KeepChildrenAsync(),
        ["drain-on-interrupt"] => await DrainOnInterruptAsync(),
        ["watch-parent"] => await WatchParentAsync(),
        ["set-up", string root, string package] => await SetUpAsync(root, package),
        _ => throw new DevnetException($"Unknown arguments '{string.Join(' ', args)}'."),
    };
}
catch (DevnetException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// Starts what the demo starts, and something stubborn, and waits to be killed.
static async Task<int> KeepChildrenAsync()
{
    NpmTools tools = await ToolSetup.EnsureNpmToolsAsync(
        ToolSetupOptions.ForThisClone(), progress: null, CancellationToken.None);
    await using AnvilNode anvil = await AnvilNode.StartAsync(tools, new AnvilOptions(), CancellationToken.None);
    await using AzuriteService azurite = await AzuriteService.StartAsync(tools, null, CancellationToken.None);
    await using ChildProcess stubborn = await ChildProcess.StartAsync(
        new ChildProcessSpec
        {
            Name = "stubborn",
            FileName = "/bin/sh",
            Arguments = ["-c", "trap '' TERM INT HUP; sleep 600 & while :; do sleep 600; done"],
        },
        CancellationToken.None);
    Console.WriteLine($"ready {anvil.Process.Pid} {azurite.Process.Pid} {stubborn.Pid}");
    await Task.Delay(Timeout.Infinite);
    return 0;
}

// Ctrl-C: the child must still be there to talk to while its starter drains.
static async Task<int> DrainOnInterruptAsync()
{
    TaskCompletionSource interrupted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    using PosixSignalRegistration registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
    {
        context.Cancel = true;
        interrupted.TrySetResult();
    });
    await using ChildProcess child = await ChildProcess.StartAsync(
        new ChildProcessSpec { Name = "cat", FileName = "cat", TerminateAfter = TimeSpan.FromSeconds(30) },
        CancellationToken.None);
    Console.WriteLine($"ready {child.Pid}");
    await interrupted.Task;
    Console.WriteLine(child.Exited.IsCompleted ? "child gone" : "child alive");
    int exitCode = await child.StopAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
    Console.WriteLine($"child ended by itself with {exitCode}");
    return 0;
}

static async Task<int> WatchParentAsync()
{
    await using ParentWatch watch = ParentWatch.Start(TimeProvider.System);
    TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    using CancellationTokenRegistration registration = watch.ParentGone.Register(gone.SetResult);
    Console.WriteLine($"ready {Environment.ProcessId}");
    await gone.Task;
    Console.WriteLine("parent gone");
    return 0;
}

static async Task<int> SetUpAsync(string root, string package)
{
    ToolSetupOptions options = new() { RepositoryRoot = root };
    string folder = await ToolSetup.EnsureNpmFolderAsync(
        new NpmFolderSpec("probe", root, [$"node_modules/{package}/package.json"]),
        options,
        progress: null,
        CancellationToken.None);
    ArtifactStore artifacts = await ToolSetup.EnsureArtifactsAsync(options, progress: null, CancellationToken.None);
    Console.WriteLine($"ready {folder} {artifacts.Load(artifacts.Names.First()).CreationBytecode.Length}");
    return 0;
}
