// Microsoft.Xrm.Sdk as far as the plug-in meets it, as Microsoft's documentation has it, and a
// pipeline that runs the plug-in's step for a user.
using System;
using System.Collections.Generic;

namespace Microsoft.Xrm.Sdk
{
    public interface IPlugin
    {
        void Execute(IServiceProvider services);
    }

    public class ParameterCollection : Dictionary<string, object> { }

    public interface IPluginExecutionContext
    {
        Guid InitiatingUserId { get; }
        ParameterCollection InputParameters { get; }
        ParameterCollection OutputParameters { get; }
    }

    public interface IOrganizationServiceFactory
    {
        IOrganizationService CreateOrganizationService(Guid? userId);
    }

    public interface IOrganizationService
    {
        Entity Retrieve(string table, Guid id, Query.ColumnSet columns);
    }

    public class EntityReference
    {
        public string LogicalName;
        public Guid Id;
    }

    public class Entity
    {
        public Dictionary<string, object> Attributes = new Dictionary<string, object>();

        public T GetAttributeValue<T>(string name)
        {
            object value;
            return Attributes.TryGetValue(name, out value) ? (T)value : default(T);
        }
    }

    public class InvalidPluginExecutionException : Exception
    {
        public InvalidPluginExecutionException(string message) : base(message) { }
    }
}

namespace Microsoft.Xrm.Sdk.Query
{
    public class ColumnSet
    {
        public readonly string[] Columns;

        public ColumnSet(params string[] columns)
        {
            Columns = columns;
        }
    }
}

public class Pipeline : IServiceProvider, Microsoft.Xrm.Sdk.IPluginExecutionContext,
    Microsoft.Xrm.Sdk.IOrganizationServiceFactory, Microsoft.Xrm.Sdk.IOrganizationService
{
    static readonly Guid Ana = Guid.Parse("11111111-1111-1111-1111-111111111111");
    static readonly Guid Acme = Guid.Parse("a0000000-0000-0000-0000-000000004711");
    bool asked;

    public Guid InitiatingUserId { get; set; }
    public Microsoft.Xrm.Sdk.ParameterCollection InputParameters { get; } = new Microsoft.Xrm.Sdk.ParameterCollection();
    public Microsoft.Xrm.Sdk.ParameterCollection OutputParameters { get; } = new Microsoft.Xrm.Sdk.ParameterCollection();

    public object GetService(Type type)
    {
        return this;
    }

    public Microsoft.Xrm.Sdk.IOrganizationService CreateOrganizationService(Guid? userId)
    {
        asked = userId == Ana;
        return this;
    }

    public Microsoft.Xrm.Sdk.Entity Retrieve(string table, Guid id, Microsoft.Xrm.Sdk.Query.ColumnSet columns)
    {
        if (!asked)
        {
            throw new Exception("the user may not read this");
        }
        var row = new Microsoft.Xrm.Sdk.Entity();
        foreach (var column in columns.Columns)
        {
            row.Attributes[column] = column == "customerid"
                ? (object)new Microsoft.Xrm.Sdk.EntityReference { LogicalName = "account", Id = Acme }
                : "A!'()* Söhne/1";
        }
        return row;
    }

    public static void Main(string[] given)
    {
        var pipeline = new Pipeline
        {
            InitiatingUserId = given[0] == "stranger" ? Guid.Empty : Ana,
        };
        pipeline.InputParameters["Table"] = given[1];
        pipeline.InputParameters["Id"] = given[2];
        try
        {
            new SignAddress(given[3], given[4]).Execute(pipeline);
            Console.Write(pipeline.OutputParameters["Address"]);
        }
        catch (Exception refusal)
        {
            Console.Write("refused: " + refusal.Message);
        }
    }
}
