using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Arb.Tests.Architecture;

/// <summary>What a compiled assembly refers to and shows, read without loading it.</summary>
internal sealed class AssemblyMetadata
{
    private AssemblyMetadata(MetadataReader reader)
    {
        AssemblyReferences = [.. reader.AssemblyReferences.Select(h => reader.GetString(reader.GetAssemblyReference(h).Name))];
        TypeReferences = [.. reader.TypeReferences.Select(h => NameOf(reader, h))];
        MemberReferences = [.. reader.MemberReferences.Select(h => MemberOf(reader, h)).OfType<(string, string)>()];
        FloatingSignatures = [.. reader.TypeDefinitions.SelectMany(h => FloatsOf(reader, h))];
    }

    /// <summary>Names of referenced assemblies.</summary>
    public ImmutableHashSet<string> AssemblyReferences { get; }

    /// <summary>Full names of referenced types.</summary>
    public ImmutableHashSet<string> TypeReferences { get; }

    /// <summary>Full type name and member name of referenced members of non-generic types.</summary>
    public ImmutableHashSet<(string Type, string Member)> MemberReferences { get; }

    /// <summary>Visible methods, property accessors and fields whose signature holds a float, as <c>Type.Member</c>.</summary>
    public ImmutableArray<string> FloatingSignatures { get; }

    public static AssemblyMetadata Read(Stream image)
    {
        using PEReader pe = new(image);
        return new AssemblyMetadata(pe.GetMetadataReader());
    }

    /// <summary>Reads an assembly that is built into the folder of the tests.</summary>
    public static AssemblyMetadata OfBuilt(string name)
    {
        using FileStream image = File.OpenRead(Path.Combine(AppContext.BaseDirectory, name + ".dll"));
        return Read(image);
    }

    private static string NameOf(MetadataReader reader, TypeReferenceHandle handle)
    {
        TypeReference type = reader.GetTypeReference(handle);
        string name = reader.GetString(type.Name);
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
        {
            return $"{NameOf(reader, (TypeReferenceHandle)type.ResolutionScope)}.{name}";
        }

        string space = reader.GetString(type.Namespace);
        return space.Length == 0 ? name : $"{space}.{name}";
    }

    private static (string, string)? MemberOf(MetadataReader reader, MemberReferenceHandle handle)
    {
        MemberReference member = reader.GetMemberReference(handle);
        return member.Parent.Kind == HandleKind.TypeReference
            ? (NameOf(reader, (TypeReferenceHandle)member.Parent), reader.GetString(member.Name))
            : null;
    }

    private static IEnumerable<string> FloatsOf(MetadataReader reader, TypeDefinitionHandle handle)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        if (!IsVisible(reader, type))
        {
            yield break;
        }

        string owner = $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
        foreach (MethodDefinition method in type.GetMethods().Select(reader.GetMethodDefinition))
        {
            MethodSignature<bool> signature = method.DecodeSignature(FloatFinder.Instance, null);
            bool visible = (method.Attributes & MethodAttributes.MemberAccessMask)
                is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;
            if (visible && (signature.ReturnType || signature.ParameterTypes.Contains(true)))
            {
                yield return $"{owner}.{reader.GetString(method.Name)}";
            }
        }

        foreach (FieldDefinition field in type.GetFields().Select(reader.GetFieldDefinition))
        {
            bool visible = (field.Attributes & FieldAttributes.FieldAccessMask)
                is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;
            if (visible && field.DecodeSignature(FloatFinder.Instance, null))
            {
                yield return $"{owner}.{reader.GetString(field.Name)}";
            }
        }
    }

    private static bool IsVisible(MetadataReader reader, TypeDefinition type) =>
        (type.Attributes & TypeAttributes.VisibilityMask) switch
        {
            TypeAttributes.Public => true,
            TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem =>
                IsVisible(reader, reader.GetTypeDefinition(type.GetDeclaringType())),
            _ => false,
        };

    /// <summary>Says of every type in a signature whether it is, or holds, a floating-point or decimal type.</summary>
    private sealed class FloatFinder : ISignatureTypeProvider<bool, object?>
    {
        public static readonly FloatFinder Instance = new();

        public bool GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode is PrimitiveTypeCode.Double or PrimitiveTypeCode.Single;

        public bool GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) =>
            NameOf(reader, handle) is "System.Decimal" or "System.Half" or "System.Double" or "System.Single";

        public bool GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => false;

        public bool GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

        public bool GetGenericInstantiation(bool genericType, ImmutableArray<bool> typeArguments) => genericType || typeArguments.Contains(true);

        public bool GetArrayType(bool elementType, ArrayShape shape) => elementType;

        public bool GetSZArrayType(bool elementType) => elementType;

        public bool GetByReferenceType(bool elementType) => elementType;

        public bool GetPointerType(bool elementType) => elementType;

        public bool GetPinnedType(bool elementType) => elementType;

        public bool GetModifiedType(bool modifier, bool unmodifiedType, bool isRequired) => unmodifiedType;

        public bool GetFunctionPointerType(MethodSignature<bool> signature) =>
            signature.ReturnType || signature.ParameterTypes.Contains(true);

        public bool GetGenericMethodParameter(object? genericContext, int index) => false;

        public bool GetGenericTypeParameter(object? genericContext, int index) => false;
    }
}
