using Arb.Devnet.Hosting;

return await DevnetProcess.RunAsync(args, Console.Out, TimeProvider.System);
