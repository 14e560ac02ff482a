using System.Globalization;
using Arb.Devnet.Hostile;

namespace Arb.Devnet.Hosting;

/// <summary>The devnet's command line.</summary>
/// <param name="BlockTime">Time between blocks.</param>
/// <param name="Seed">Seed of depths and trades.</param>
/// <param name="WorkFolder">Absolute path of the folder for keys and storage.</param>
/// <param name="Hostility">What the devnet does against the searcher.</param>
internal sealed record DevnetArguments(TimeSpan BlockTime, ulong Seed, string WorkFolder, Hostility Hostility)
{
    private const int BlockTimeSecondsMax = 60;
    private const string Usage =
        "Usage: --block-time <seconds, 1 to 60> --seed <0 to 18446744073709551615> --work <folder> [--hostile <names>].";

    /// <summary>Reads the command line; every option once, in any order; only --hostile may be absent.</summary>
    /// <exception cref="DevnetException">It is something else. The message names the value.</exception>
    public static DevnetArguments Parse(IReadOnlyList<string> arguments)
    {
        Dictionary<string, string> values = [];
        for (int i = 0; i < arguments.Count; i += 2)
        {
            string name = arguments[i];
            if (name is not ("--block-time" or "--seed" or "--work" or "--hostile"))
            {
                throw new DevnetException($"'{name}' is not an option. {Usage}");
            }

            if (i + 1 == arguments.Count)
            {
                throw new DevnetException($"{name} has no value. {Usage}");
            }

            if (!values.TryAdd(name, arguments[i + 1]))
            {
                throw new DevnetException($"{name} is given twice. {Usage}");
            }
        }

        string blockTime = Required(values, "--block-time");
        if (!int.TryParse(blockTime, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
            || seconds is < 1 or > BlockTimeSecondsMax)
        {
            throw new DevnetException($"'{blockTime}' is not a block time: whole seconds from 1 to {BlockTimeSecondsMax}.");
        }

        string seedText = Required(values, "--seed");
        if (!ulong.TryParse(seedText, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed))
        {
            throw new DevnetException($"'{seedText}' is not a seed: a whole number from 0 to {ulong.MaxValue}.");
        }

        string work = Required(values, "--work");
        if (string.IsNullOrWhiteSpace(work))
        {
            throw new DevnetException("--work is empty: name a folder that the devnet may write to.");
        }

        Hostility hostility = Hostility.None;
        if (values.TryGetValue("--hostile", out string? names) && !Hostilities.TryParse(names, out hostility, out string wrong))
        {
            throw new DevnetException($"'{wrong}' is no hostility: there are {Hostilities.Names}, with commas between them.");
        }

        return new DevnetArguments(TimeSpan.FromSeconds(seconds), seed, Path.GetFullPath(work), hostility);
    }

    private static string Required(Dictionary<string, string> values, string name) =>
        values.TryGetValue(name, out string? value) ? value : throw new DevnetException($"{name} is missing. {Usage}");
}
