using System.Collections.Immutable;
using System.Globalization;

namespace Arb.TestKit.Exact;

/// <summary>The command <c>exact --quotes N --seed S [--family F]</c>.</summary>
public static class ExactCommand
{
    private const string Usage = "exact [--quotes N] [--seed S] [--family F]…: "
        + "holds every pool model against its real bytecode on anvil; prints the differences";

    /// <summary>Runs it.</summary>
    /// <param name="arguments">What follows the word <c>exact</c>.</param>
    /// <param name="output">Where lines go.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>0 when nothing differs, 1 when something does, 2 when the arguments are wrong.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, TextWriter output, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        ArgumentNullException.ThrowIfNull(output);
        int quotes = 20_000;
        ulong seed = 1;
        List<IExactFamily> families = [];
        for (int i = 0; i < arguments.Count; i += 2)
        {
            string? value = i + 1 < arguments.Count ? arguments[i + 1] : null;
            IExactFamily? family = ExactFamilies.All.FirstOrDefault(family => family.Name == value);
            bool understood = arguments[i] switch
            {
                "--quotes" => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out quotes) && quotes > 0,
                "--seed" => ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed),
                "--family" => family is not null,
                _ => false,
            };
            if (!understood)
            {
                string known = string.Join(", ", ExactFamilies.All.Select(family => family.Name));
                await output.WriteLineAsync($"{arguments[i]} {value}: not understood.\n{Usage}\nFamilies: {known}");
                return 2;
            }

            if (family is not null)
            {
                families.Add(family);
            }
        }

        ImmutableArray<IExactFamily> chosen = families.Count == 0 ? ExactFamilies.All : [.. families];
        return await RunAsync(chosen, quotes, seed, output, cancellation);
    }

    private static async Task<int> RunAsync(
        ImmutableArray<IExactFamily> families, int quotes, ulong seed, TextWriter output, CancellationToken cancellation)
    {
        int mismatches = 0;
        foreach (IExactFamily family in families)
        {
            ExactSummary summary = await ExactRun.RunAsync(family, seed, quotes, output.WriteLine, cancellation);
            await output.WriteLineAsync(summary.ToString());
            mismatches += summary.Mismatches;
        }

        return mismatches == 0 ? 0 : 1;
    }
}
