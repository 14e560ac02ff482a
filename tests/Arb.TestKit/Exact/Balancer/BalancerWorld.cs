using System.Collections.Immutable;
using System.Text.Json;
using Arb.Domain;
using Arb.Evm;

namespace Arb.TestKit.Exact.Balancer;

/// <summary>Deployed pools: a batch is one call that swaps through all of them, each on what its swaps before left.</summary>
internal sealed class BalancerWorld(ExactChain chain, Address swapper, Address vault, ImmutableArray<BalancerPool> pools) : IExactWorld
{
    private const int StepSize = 36;
    private const int OutcomeSize = 4 * UInt256.Size;

    /// <inheritdoc/>
    public async Task<ExactBatch> CheckAsync(Random random, int quotes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(random);
        ImmutableArray<UInt256>[] balances = [.. pools.Select(pool => BalancerDraw.Balances(random, pool))];
        IPoolModel[] models = [.. pools.Select((pool, i) => pool.Model(balances[i]))];
        BalancerStep[] steps = new BalancerStep[quotes];
        byte[] packed = new byte[quotes * StepSize];
        for (int i = 0; i < quotes; i++)
        {
            steps[i] = Draw(random, models);
            steps[i].Request.Pack(pools, packed.AsSpan(i * StepSize, StepSize));
        }

        return Compare(steps, await RunAsync(balances, packed, cancellation));
    }

    /// <summary>Draws a request on the states so far and lets the model make it.</summary>
    private BalancerStep Draw(Random random, IPoolModel[] models)
    {
        int index = random.Next(pools.Length);
        BalancerPool pool = pools[index];
        IPoolModel model = models[index];
        int tokenIn = random.Next(model.TokenCount);
        int tokenOut = random.Next(50) == 0 ? tokenIn : (tokenIn + random.Next(1, model.TokenCount)) % model.TokenCount;
        bool exactOut = random.Next(2) == 1;
        ImmutableArray<UInt256> before = BalancerPool.Balances(model);
        UInt256 amount = exactOut
            ? BalancerDraw.AmountOut(random, pool, before, tokenIn, tokenOut)
            : BalancerDraw.AmountIn(random, pool, before, tokenIn, tokenOut);

        SwapRefusal quoted = exactOut
            ? model.QuoteExactOut(tokenIn, tokenOut, amount, out UInt256 quote)
            : model.QuoteExactIn(tokenIn, tokenOut, amount, out quote);
        SwapRefusal refusal = exactOut
            ? model.SwapExactOut(tokenIn, tokenOut, amount, out UInt256 calculated, out IPoolModel after)
            : model.SwapExactIn(tokenIn, tokenOut, amount, out calculated, out after);
        if (quoted != refusal || quote != calculated)
        {
            throw new InvalidOperationException($"A quote and its swap differ: {pool.Describe(model)}.");
        }

        models[index] = after;
        return new BalancerStep(
            new BalancerRequest(index, tokenIn, tokenOut, exactOut, amount), model, refusal, calculated, BalancerPool.Balances(after));
    }

    private async Task<byte[]> RunAsync(ImmutableArray<UInt256>[] balances, byte[] steps, CancellationToken cancellation)
    {
        byte[] input = AbiWriter.Call("run(bytes32[],bytes)")
            .Array(pools, static (writer, pool) => writer.Bytes32(pool.PoolId)).Bytes(steps).ToArray();
        byte[] answer = await chain.Node.CallAsync(
            "eth_call",
            writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("to", swapper.ToString());
                writer.WriteString("input", Hex.Of(input));
                writer.WriteString("gas", Hex.Quantity(ExactChain.GasLimit));
                writer.WriteEndObject();
                writer.WriteStringValue("latest");
                WriteBalances(writer, balances);
            },
            static result => RpcJson.Bytes(result, "result"),
            cancellation);
        return new AbiReader(answer).ReadBytes().ToArray();
    }

    /// <summary>Overrides of the call: balances in the Vault's storage.</summary>
    private void WriteBalances(Utf8JsonWriter writer, ImmutableArray<UInt256>[] balances)
    {
        byte[] word = new byte[UInt256.Size];
        writer.WriteStartObject();
        writer.WriteStartObject(vault.ToString());
        writer.WriteStartObject("stateDiff");
        for (int i = 0; i < pools.Length; i++)
        {
            foreach ((UInt256 slot, UInt256 value) in pools[i].Slots.Values(balances[i]))
            {
                slot.WriteBigEndian(word);
                string name = Hex.Of(word);
                value.WriteBigEndian(word);
                writer.WriteString(name, Hex.Of(word));
            }
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private ExactBatch Compare(BalancerStep[] steps, byte[] outcomes)
    {
        if (outcomes.Length != steps.Length * OutcomeSize)
        {
            throw new InvalidOperationException($"{outcomes.Length} bytes came back for {steps.Length} requests.");
        }

        int quotes = 0;
        int reverts = 0;
        bool[] lost = new bool[pools.Length];
        List<ExactMismatch> mismatches = [];
        for (int i = 0; i < steps.Length; i++)
        {
            BalancerStep step = steps[i];
            if (lost[step.Request.Pool])
            {
                continue;
            }

            BalancerOutcome outcome = BalancerOutcome.Read(outcomes.AsSpan(i * OutcomeSize, OutcomeSize));
            quotes++;
            reverts += outcome.Error is null ? 0 : 1;
            if (!step.Equals(outcome))
            {
                // From here on contract and model swap on different states: what follows on this pool says nothing.
                lost[step.Request.Pool] = true;
                mismatches.Add(new ExactMismatch(
                    pools[step.Request.Pool].Describe(step.Before), step.Request.ToString(), step.ToString(), outcome.ToString()));
            }
        }

        return new ExactBatch(quotes, reverts, [.. mismatches]);
    }
}
