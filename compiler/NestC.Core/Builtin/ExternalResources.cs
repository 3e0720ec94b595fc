namespace NestC.Builtin;

/// <summary>What the section `external_resources` of a file holds: named groups of values, kept and printed back in their order.</summary>
public sealed class ExternalResources
{
    private readonly List<Group> groups = [];

    /// <summary>The groups, in the order in which they were met.</summary>
    public IReadOnlyList<Group> Groups => groups;

    /// <summary>The group of this name, made when it is new.</summary>
    public Group GetGroup(string name)
    {
        foreach (Group group in groups)
            if (group.Name == name) return group;
        Group added = new(name);
        groups.Add(added);
        return added;
    }

    /// <summary>The group of this name, or null.</summary>
    public Group? Find(string name) => groups.Find(g => g.Name == name);

    /// <summary>Values under one name (`mlir_reproducer`).</summary>
    public sealed class Group(string name)
    {
        private readonly List<Entry> entries = [];

        public string Name { get; } = name;

        /// <summary>The entries, in the order in which they were added; keys may repeat.</summary>
        public IReadOnlyList<Entry> Entries => entries;

        public void Add(string key, string value) => entries.Add(new Entry(key, System.Text.Encoding.UTF8.GetBytes(value)));

        public void Add(string key, byte[] utf8) => entries.Add(new Entry(key, utf8));

        public void Add(string key, bool value) => entries.Add(new Entry(key, value));

        public void Add(string key, ResourceBlob value) => entries.Add(new Entry(key, value));

        /// <summary>Removes all entries.</summary>
        public void Clear() => entries.Clear();

        /// <summary>The string of this key, or null.</summary>
        public string? FindString(string key) =>
            entries.Find(e => e.Key == key && e.Value is byte[])?.Value is byte[] utf8 ? System.Text.Encoding.UTF8.GetString(utf8) : null;

        /// <summary>The bool of this key, or null.</summary>
        public bool? FindBool(string key) => entries.Find(e => e.Key == key && e.Value is bool)?.Value as bool?;

        /// <summary>The blob of this key, or null.</summary>
        public ResourceBlob? FindBlob(string key) => entries.Find(e => e.Key == key && e.Value is ResourceBlob)?.Value as ResourceBlob;
    }

    /// <summary>A key and its value: a string as UTF-8 bytes, a bool, or a <see cref="ResourceBlob"/>.</summary>
    public sealed record Entry(string Key, object Value);
}
