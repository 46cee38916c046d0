/*
 * Copyright the cloudstack-templates authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.cstemplates.engine;

import java.sql.DriverManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;

@Tag("real-tools")
class EngineOnPostgresTest extends EngineSuite {

    private static PostgresCluster cluster;

    @BeforeAll
    static void startCluster() throws Exception {
        cluster = new PostgresCluster();
    }

    @AfterAll
    static void stopCluster() throws Exception {
        cluster.close();
    }

    @BeforeEach
    @Override
    void openBuilds() {
        empty();
        super.openBuilds();
    }

    @Override
    Database openDatabase() {
        return Database.shared(cluster.url());
    }

    @Override
    String emptyDatabase() {
        empty();
        return cluster.url();
    }

    @Override
    Database open(String url) {
        return Database.shared(url);
    }

    private static void empty() {
        try (var connection = DriverManager.getConnection(cluster.url());
                var statement = connection.createStatement()) {
            statement.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
