using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.DurableTask;

namespace ArbFunctions.LocalRuntime.Hosting.Durable;

/// <summary>JSON of the store's own records.</summary>
internal static class DurableJson
{
    public static JsonSerializerOptions Options { get; } = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Options);

    public static T Read<T>(string text) => JsonSerializer.Deserialize<T>(text, Options)
        ?? throw new InvalidDataException($"The durable store holds 'null' where {typeof(T).Name} was written.");
}

/// <summary>JSON of the app's inputs and outputs, with the app's own serializer options as in the real worker.</summary>
internal sealed class AppDataConverter(JsonSerializerOptions options) : DataConverter
{
    [return: NotNullIfNotNull(nameof(value))]
    public override string? Serialize(object? value) =>
        value is null ? null : JsonSerializer.Serialize(value, value.GetType(), options);

    [return: NotNullIfNotNull(nameof(data))]
    public override object? Deserialize(string? data, Type targetType) =>
        data is null ? null : JsonSerializer.Deserialize(data, targetType, options)!;
}
