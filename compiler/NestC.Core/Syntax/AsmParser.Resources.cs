using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using NestC.Builtin;
using NestC.IR;

namespace NestC.Syntax;

public sealed unsafe partial class AsmParser
{
    private Dictionary<string, ResourceHandle>? resources;

    /// <summary>What `external_resources` sections held so far; null when there was none.</summary>
    private ExternalResources? ExternalResources { get => Context.ExternalResources; set => Context.ExternalResources = value; }

    private ResourceHandle Resource(string dialect, string key)
    {
        resources ??= new Dictionary<string, ResourceHandle>(StringComparer.Ordinal);
        string name = dialect + ":" + key;
        if (!resources.TryGetValue(name, out ResourceHandle? handle)) resources.Add(name, handle = Context.Resources.Declare(dialect, key));
        return handle;
    }

    private Attr? ParseDenseResource(IrType? type)
    {
        int at = Position;
        Advance();
        if (!Parse(TokenKind.Less, "expected '<' after 'dense_resource'")) return null;
        if (!ParseResourceKey("expected identifier key for 'resource' entry", out string key)) return null;
        ResourceHandle handle = Resource("builtin", key);
        if (!Parse(TokenKind.Greater, "expected '>'")) return null;
        if (type is null)
        {
            at = Position;
            if (!Parse(TokenKind.Colon, "expected ':'") || (type = ParseType()) is null) return null;
        }
        if (type is ShapedType shaped) return DenseResourceElementsAttr.Get(shaped, handle);
        MeaningError(at, "NEST1061", "`dense_resource` expected a shaped type");
        return null;
    }

    private bool ParseResourceKey(string message, out string key)
    {
        key = "";
        if (!TryParseKeyword(out ReadOnlySpan<byte> word)) return Error("NEST1070", message);
        key = Encoding.UTF8.GetString(word);
        return true;
    }

    /// <summary>Parses a resource section, `{-# ... #-}`, at its start.</summary>
    public bool ParseFileMetadata()
    {
        Advance();
        if (TryParse(TokenKind.FileMetadataEnd)) return true;
        do
        {
            int at = Position;
            if (!ParseResourceKey("expected identifier key in file metadata dictionary", out string key) || !ParseColon()) return false;
            bool external = key == "external_resources";
            if (!external && key != "dialect_resources")
                return MeaningError(at, "NEST1071", $"unknown key '{key}' in file metadata dictionary");
            if (!ParseResourceGroups(external)) return false;
        }
        while (TryParse(TokenKind.Comma));
        return Parse(TokenKind.FileMetadataEnd, "expected ',' or '#-}'");
    }

    private bool ParseResourceGroups(bool external)
    {
        if (!Parse(TokenKind.LBrace, "expected '{'")) return false;
        if (TryParse(TokenKind.RBrace)) return true;
        do
        {
            int at = Position;
            if (!ParseResourceKey("expected identifier key for 'resource' entry", out string name) || !ParseColon()
                || !Parse(TokenKind.LBrace, "expected '{'"))
                return false;
            if (!external && name != "builtin")
            {
                return Context.Dialect(name) is null
                    ? MeaningError(at, "NEST1072", $"dialect '{name}' is unknown")
                    : MeaningError("NEST1072", $"unexpected 'resource' section for dialect '{name}'");
            }
            if (!ParseResourceEntries(name, external)) return false;
        }
        while (TryParse(TokenKind.Comma));
        return Parse(TokenKind.RBrace, "expected ',' or '}'");
    }

    private bool ParseResourceEntries(string group, bool external)
    {
        if (TryParse(TokenKind.RBrace)) return true;
        string what = external ? "external_resources" : "resource";
        do
        {
            if (!ParseResourceKey($"expected identifier key for '{what}' entry", out string key) || !ParseColon()) return false;
            if (!(external ? ParseExternalEntry(group, key) : ParseBlobEntry(Resource(group, key), key))) return false;
        }
        while (TryParse(TokenKind.Comma));
        return Parse(TokenKind.RBrace, "expected ',' or '}'");
    }

    private bool ParseBlobEntry(ResourceHandle handle, string key)
    {
        if (!ReadBlob(key, out ResourceBlob? blob)) return false;
        handle.Blob = blob;
        return true;
    }

    private bool ParseExternalEntry(string group, string key)
    {
        ExternalResources ??= new ExternalResources();
        if (AtKeyword("true"u8) || AtKeyword("false"u8))
        {
            ExternalResources.GetGroup(group).Add(key, AtKeyword("true"u8));
            Advance();
            return true;
        }
        if (kind != TokenKind.String) return MeaningError("NEST1073", $"expected string value for key '{key}'");
        if (TokenText.StartsWith("\"0x"u8))
        {
            if (!ReadBlob(key, out ResourceBlob? blob)) return false;
            ExternalResources.GetGroup(group).Add(key, blob!);
            return true;
        }
        ExternalResources.GetGroup(group).Add(key, StringBytes().ToArray());
        Advance();
        return true;
    }

    // `"0x` alignment in four bytes, little endian, and the data; decoded from the source straight into the blob.
    private bool ReadBlob(string key, out ResourceBlob? blob)
    {
        blob = null;
        int at = Position;
        byte[]? bytes = kind == TokenKind.String ? HexText.Read(TokenText[1..^1]) : null;
        string message = $"expected hex string blob for key '{key}'";
        if (bytes is null) return MeaningError(at, "NEST1074", message);
        if (bytes.Length < 4) return MeaningError(at, "NEST1074", message + " to encode alignment in first 4 bytes");
        uint alignment = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (alignment != 0 && (!BitOperations.IsPow2(alignment) || alignment > int.MaxValue))
            return MeaningError(at, "NEST1074", message + $" to encode alignment in first 4 bytes, but got non-power-of-2 value: {alignment}");
        Advance();
        ReadOnlyMemory<byte> data = bytes.AsMemory(4);
        blob = ResourceBlob.Of(data, data.IsEmpty ? 0 : (int)alignment);
        return true;
    }
}
