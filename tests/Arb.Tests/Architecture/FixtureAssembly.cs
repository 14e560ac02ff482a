using System.Reflection;
using System.Reflection.Emit;

namespace Arb.Tests.Architecture;

/// <summary>Small assemblies that break a rule, compiled in memory: one public type with one public static method.</summary>
internal static class FixtureAssembly
{
    /// <summary>A method of that signature whose body throws.</summary>
    public static AssemblyMetadata WithSignature(Type returns, params Type[] parameters) => Emit(returns, parameters, il =>
    {
        il.Emit(OpCodes.Ldnull);
        il.Emit(OpCodes.Throw);
    });

    /// <summary>A parameterless method that names a type in its body only, where no signature shows it.</summary>
    public static AssemblyMetadata WithUseOf(Type type) => Emit(typeof(void), [], il =>
    {
        il.Emit(OpCodes.Ldtoken, type);
        il.Emit(OpCodes.Pop);
        il.Emit(OpCodes.Ret);
    });

    /// <summary>A method that calls another with its own parameters.</summary>
    public static AssemblyMetadata WithCallOf(MethodInfo called)
    {
        Type[] parameters = [.. called.GetParameters().Select(p => p.ParameterType)];
        return Emit(called.ReturnType, parameters, il =>
        {
            for (int i = 0; i < parameters.Length; i++)
            {
                il.Emit(OpCodes.Ldarg, (short)i);
            }

            il.Emit(OpCodes.Call, called);
            il.Emit(OpCodes.Ret);
        });
    }

    /// <summary>A type that lives in an assembly of that name, for fixtures that must not depend on the real one.</summary>
    public static Type TypeFrom(string assemblyName) =>
        AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(assemblyName), AssemblyBuilderAccess.RunAndCollect)
            .DefineDynamicModule(assemblyName)
            .DefineType("Some", TypeAttributes.Public)
            .CreateType();

    private static AssemblyMetadata Emit(Type returns, Type[] parameters, Action<ILGenerator> body)
    {
        PersistedAssemblyBuilder assembly = new(new AssemblyName("Fixture"), typeof(object).Assembly);
        TypeBuilder type = assembly.DefineDynamicModule("Fixture").DefineType("Fixture.Offender", TypeAttributes.Public);
        MethodBuilder method = type.DefineMethod("Offend", MethodAttributes.Public | MethodAttributes.Static, returns, parameters);
        body(method.GetILGenerator());
        type.CreateType();
        using MemoryStream image = new();
        assembly.Save(image);
        image.Position = 0;
        return AssemblyMetadata.Read(image);
    }
}
