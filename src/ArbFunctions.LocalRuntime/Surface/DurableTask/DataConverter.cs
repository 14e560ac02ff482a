using System.Diagnostics.CodeAnalysis;

namespace Microsoft.DurableTask;

/// <summary>Turns inputs and outputs into text and back.</summary>
public abstract class DataConverter
{
    /// <summary>To text; null stays null.</summary>
    /// <param name="value">The value.</param>
    [return: NotNullIfNotNull(nameof(value))]
    public abstract string? Serialize(object? value);

    /// <summary>From text; null stays null.</summary>
    /// <param name="data">The text.</param>
    /// <param name="targetType">The wanted type.</param>
    [return: NotNullIfNotNull(nameof(data))]
    public abstract object? Deserialize(string? data, Type targetType);

    /// <summary>From text; null gives the default value.</summary>
    /// <typeparam name="T">The wanted type.</typeparam>
    /// <param name="data">The text.</param>
    [return: NotNullIfNotNull(nameof(data))]
    public virtual T? Deserialize<T>(string? data) => (T?)(Deserialize(data, typeof(T)) ?? default(T));
}
