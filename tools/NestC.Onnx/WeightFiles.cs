using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NestC.Builtin;
using NestC.Dialects.Graph;
using NestC.Evaluation;
using NestC.IR;

namespace NestC.Onnx;

/// <summary>Weights that stay in the files they came from: the section `external_resources`, group `nest`, says for each resource which bytes of which
/// file it is, `file:offset:length:sha256`; the file's path is relative to the IR's.</summary>
public static class WeightFiles
{
    /// <summary>The group of the section `external_resources`.</summary>
    public const string Group = "nest";

    /// <summary>Makes resources references in place of data, for printing.</summary>
    public static void Detach(NestContext context, IReadOnlyList<WeightReference> references, string folder)
    {
        foreach (var reference in references)
            Detach(context, reference.Handle, Path.GetRelativePath(folder, reference.Path).Replace('\\', '/'), reference.Offset, reference.Length);
    }

    private static void Detach(NestContext context, ResourceHandle handle, string path, long offset, long length)
    {
        var group = (context.ExternalResources ??= new ExternalResources()).GetGroup(Group);
        group.Add(handle.Key, string.Create(CultureInfo.InvariantCulture, $"{path}:{offset}:{length}:{HashOf(handle.Blob!)}"));
        handle.Blob = null;
    }

    private static string HashOf(ResourceBlob blob)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (long at = 0; at < blob.Length;)
        {
            ReadOnlySpan<byte> chunk = blob.Chunk(at);
            hash.AppendData(chunk);
            at += chunk.Length;
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>
    /// Writes all weights that still are data to a file in the safetensors format, and makes them references to it. No file is written when there are none.
    /// </summary>
    /// <param name="except">Those that stay data.</param>
    public static void Store(NestContext context, Operation root, string file, string folder, HashSet<ResourceHandle>? except = null)
    {
        List<DenseResourceElementsAttr> weights = Used(root);
        weights.RemoveAll(w => w.Handle.Blob is null || except is not null && except.Contains(w.Handle));
        if (weights.Count == 0) return;
        using MemoryStream header = new();
        var offsets = new long[weights.Count];
        long at = 0;
        using (Utf8JsonWriter json = new(header))
        {
            json.WriteStartObject();
            for (int i = 0; i < offsets.Length; i++)
            {
                offsets[i] = at;
                long bytes = weights[i].Handle.Blob!.Length;
                Describe(json, weights[i], at, bytes);
                at += bytes;
            }
            json.WriteEndObject();
        }
        // The data start at a multiple of 8 bytes; the format pads its header with spaces.
        while (header.Length % 8 != 0) header.WriteByte((byte)' ');
        // The weights may be mapped from a file of this name, which must live on until they are written.
        string fresh = file + ".new";
        using (FileStream output = File.Create(fresh))
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            output.Write(length);
            header.WriteTo(output);
            foreach (var weight in weights)
            {
                ResourceBlob blob = weight.Handle.Blob!;
                for (long done = 0; done < blob.Length;)
                {
                    ReadOnlySpan<byte> chunk = blob.Chunk(done);
                    output.Write(chunk);
                    done += chunk.Length;
                }
            }
        }
        File.Move(fresh, file, overwrite: true);
        string path = Path.GetRelativePath(folder, file).Replace('\\', '/');
        for (int i = 0; i < offsets.Length; i++) Detach(context, weights[i].Handle, path, 8 + header.Length + offsets[i], weights[i].Handle.Blob!.Length);
    }

    /// <summary>The resources that operations have as properties, each once, in the order of the operations.</summary>
    public static List<DenseResourceElementsAttr> Used(Operation root)
    {
        List<DenseResourceElementsAttr> used = [];
        HashSet<ResourceHandle> seen = [];
        root.Walk(op =>
        {
            if (op.PropertiesAttr is not DictionaryAttr properties) return WalkResult.Advance;
            foreach (NamedAttr property in properties.Entries)
                if (property.Value is DenseResourceElementsAttr resource && seen.Add(resource.Handle)) used.Add(resource);
            return WalkResult.Advance;
        });
        return used;
    }

    private static void Describe(Utf8JsonWriter json, DenseResourceElementsAttr weight, long start, long bytes)
    {
        string? type = GraphTypes.KindOf(weight.ShapedType) switch
        {
            ElementKind.F64 => "F64",
            ElementKind.F32 => "F32",
            ElementKind.F16 => "F16",
            ElementKind.BF16 => "BF16",
            ElementKind.F8E4M3FN => "F8_E4M3",
            ElementKind.F8E5M2 => "F8_E5M2",
            ElementKind.I64 => "I64",
            ElementKind.I32 => "I32",
            ElementKind.I16 => "I16",
            ElementKind.I8 => "I8",
            ElementKind.U64 => "U64",
            ElementKind.U32 => "U32",
            ElementKind.U16 => "U16",
            ElementKind.U8 => "U8",
            _ => null,
        };
        json.WriteStartObject(weight.Handle.Key);
        // Elements that the format has no name for are bytes to it.
        json.WriteString("dtype", type ?? "U8");
        json.WriteStartArray("shape");
        if (type is null) json.WriteNumberValue(bytes);
        else
            foreach (long extent in weight.ShapedType.Shape) json.WriteNumberValue(extent);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(start);
        json.WriteNumberValue(start + bytes);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>The folder that references of a module are relative to: that of its file, the current one for what is no file (`-`, a pipe).</summary>
    public static string FolderOf(string path) => File.Exists(path) ? Path.GetDirectoryName(Path.GetFullPath(path))! : Environment.CurrentDirectory;

    /// <summary>Maps the files that references name, checks their hashes, and gives the resources their data. What is wrong is listed.</summary>
    public static unsafe IReadOnlyList<OnnxError> Attach(NestContext context, string folder)
    {
        List<OnnxError> errors = [];
        if (context.ExternalResources?.Find(Group) is not { } group) return errors;
        Dictionary<string, MappedFile> files = new(StringComparer.Ordinal);
        foreach (var entry in group.Entries)
        {
            if (group.FindString(entry.Key) is not { } text || context.Resources.Find("builtin", entry.Key) is not { } handle) continue;
            string[] parts = text.Split(':');
            if (parts.Length < 4 || !long.TryParse(parts[^3], NumberStyles.None, CultureInfo.InvariantCulture, out long offset)
                || !long.TryParse(parts[^2], NumberStyles.None, CultureInfo.InvariantCulture, out long length))
            {
                errors.Add(new OnnxError(OnnxError.Weight, entry.Key, null, $"'{text}' is not file:offset:length:sha256"));
                continue;
            }
            string path = Path.Combine(folder, string.Join(':', parts[..^3]));
            try
            {
                if (!files.TryGetValue(path, out var file)) files[path] = file = MappedFile.Open(path);
                if (offset > file.Length || length > file.Length - offset)
                {
                    errors.Add(new OnnxError(OnnxError.Weight, entry.Key, null, $"'{path}' has {file.Length} bytes, the weight reaches from {offset} over {length}"));
                    continue;
                }
                ArrayBlob blob = new(NdArray.Wrap(ElementKind.U8, [length], file.Data + offset, file, readOnly: true));
                if (parts[^1].Length > 0 && HashOf(blob) != parts[^1])
                {
                    errors.Add(new OnnxError(OnnxError.Weight, entry.Key, null, $"the bytes {offset} to {offset + length} of '{path}' are not those that the module was written with"));
                    continue;
                }
                handle.Blob = blob;
            }
            catch (OnnxException e)
            {
                errors.Add(e.Error with { Code = OnnxError.Weight, Node = entry.Key });
            }
        }
        return errors;
    }
}
