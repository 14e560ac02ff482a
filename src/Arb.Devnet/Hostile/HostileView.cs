using System.Text.Json.Nodes;
using Arb.Evm;

namespace Arb.Devnet.Hostile;

/// <summary>What a lagging and lying node answers while the chain is at one head.</summary>
internal sealed class HostileView
{
    private readonly NodeLink _link;
    private readonly NodeFaults _faults;
    private readonly ulong _visible;

    private HostileView(NodeLink link, NodeFaults faults, ulong visible)
    {
        _link = link;
        _faults = faults;
        _visible = visible;
    }

    /// <summary>Looks where the chain is.</summary>
    public static async Task<HostileView> AtHeadAsync(NodeLink link, NodeFaults faults, CancellationToken cancellation)
    {
        ulong head = await link.HeadAsync(cancellation);
        return new HostileView(link, faults, head - Math.Min(head, (ulong)faults.LagAt(head)));
    }

    /// <summary>Answers requests, in order.</summary>
    public async Task<JsonObject[]> AnswerAsync(IReadOnlyList<JsonObject> requests, CancellationToken cancellation)
    {
        JsonObject?[] answers = new JsonObject?[requests.Count];
        ulong?[] about = new ulong?[requests.Count];
        List<(int Place, JsonObject Request)> open = [];
        for (int i = 0; i < requests.Count; i++)
        {
            JsonObject request = (JsonObject)requests[i].DeepClone();
            about[i] = await BlockOfAsync(request, cancellation);
            answers[i] = about[i] > _visible ? Unknown(request) : null;
            if (answers[i] is null)
            {
                open.Add((i, request));
            }
        }

        JsonObject[] real = await _link.AskAsync([.. open.Select(static one => one.Request)], cancellation);
        for (int i = 0; i < open.Count; i++)
        {
            Change(open[i].Request, real[i], about[open[i].Place]);
            answers[open[i].Place] = real[i];
        }

        return answers!;
    }

    private static string MethodOf(JsonObject request) => (string?)request["method"] ?? string.Empty;

    /// <summary>Position of the block among a method's parameters.</summary>
    private static int? PlaceOfBlock(string method) => method switch
    {
        "eth_getBlockByNumber" or "eth_getBlockReceipts" or "eth_getBlockByHash" => 0,
        "eth_call" or "eth_estimateGas" or "eth_createAccessList" or "eth_simulateV1"
            or "eth_getBalance" or "eth_getCode" or "eth_getTransactionCount" => 1,
        "eth_getStorageAt" or "eth_getProof" => 2,
        _ => null,
    };

    /// <summary>
    /// The block a request is about, null when it names none; <c>latest</c> and its like are replaced by the newest block this node
    /// admits to.
    /// </summary>
    private async Task<ulong?> BlockOfAsync(JsonObject request, CancellationToken cancellation)
    {
        if (request["params"] is not JsonArray parameters)
        {
            return null;
        }

        string method = MethodOf(request);
        if (method == "eth_getLogs" && parameters.Count > 0 && parameters[0] is JsonObject filter)
        {
            return await BlockOfFilterAsync(filter, cancellation);
        }

        if (PlaceOfBlock(method) is not { } place || parameters.Count < place)
        {
            return null;
        }

        if (parameters.Count == place)
        {
            parameters.Add(null);
        }

        switch (parameters[place])
        {
            case JsonObject named when (string?)named["blockHash"] is { } hash:
                return await _link.NumberOfAsync(hash, cancellation);
            case JsonObject named:
                return NodeLink.Quantity(named["blockNumber"]);
            case JsonValue value when value.TryGetValue(out string? text) && text.Length == 66:
                return await _link.NumberOfAsync(text, cancellation);
            case { } number when NodeLink.Quantity(number) is { } quantity:
                return quantity;
            default:
                parameters[place] = Hex.Quantity(_visible);
                return _visible;
        }
    }

    private async Task<ulong?> BlockOfFilterAsync(JsonObject filter, CancellationToken cancellation)
    {
        if ((string?)filter["blockHash"] is { } hash)
        {
            return await _link.NumberOfAsync(hash, cancellation);
        }

        // A node that is behind answers a range it does not have with what it has, and no error.
        foreach (string edge in (string[])["fromBlock", "toBlock"])
        {
            if (NodeLink.Quantity(filter[edge]) is not { } number || number > _visible)
            {
                filter[edge] = Hex.Quantity(_visible);
            }
        }

        return null;
    }

    /// <summary>What geth says of a block it does not have.</summary>
    private static JsonObject Unknown(JsonObject request)
    {
        JsonObject answer = new() { ["jsonrpc"] = "2.0", ["id"] = request["id"]?.DeepClone() };
        switch (MethodOf(request))
        {
            case "eth_getBlockByNumber" or "eth_getBlockByHash" or "eth_getBlockReceipts":
                answer["result"] = null;
                break;
            case "eth_getLogs":
                answer["error"] = new JsonObject { ["code"] = -32000, ["message"] = "unknown block" };
                break;
            default:
                answer["error"] = new JsonObject { ["code"] = -32000, ["message"] = "header not found" };
                break;
        }

        return answer;
    }

    /// <summary>Makes of the real answer what this node says.</summary>
    private void Change(JsonObject request, JsonObject answer, ulong? about)
    {
        string method = MethodOf(request);
        switch (method)
        {
            case "eth_blockNumber":
                answer["result"] = Hex.Quantity(_visible);
                break;
            case "eth_getTransactionReceipt" or "eth_getTransactionByHash":
                if (NodeLink.Quantity(answer["result"]?["blockNumber"]) > _visible)
                {
                    answer["result"] = null;
                }

                break;
            case "eth_getBlockByNumber" when answer["result"] is JsonObject block && about is { } number:
                if (_faults.LieAt(number) == NodeLie.OtherHash)
                {
                    block["hash"] = WithLastDigitChanged((string)block["hash"]!);
                }

                break;
            case "eth_getLogs" when answer["result"] is JsonArray { Count: > 0 } logs:
                if (NodeLink.Quantity(logs[^1]?["blockNumber"]) is { } last && _faults.LieAt(last) == NodeLie.LogLeftOut)
                {
                    logs.RemoveAt(logs.Count - 1);
                }

                break;
            case "eth_call" when about is { } number && _faults.LieAt(number) == NodeLie.WrongAnswer:
                if ((string?)answer["result"] is { Length: > 2 } result)
                {
                    answer["result"] = WithLastDigitChanged(result);
                }

                break;
            default:
                break;
        }
    }

    private static string WithLastDigitChanged(string hex) => hex[..^1] + (hex[^1] == '0' ? '1' : '0');
}
